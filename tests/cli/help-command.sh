detente simulate --help | head -4
detente convert --help | grep -c -- --backend
detente --version
