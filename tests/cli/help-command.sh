detente simulate --help | head -4
detente check --help | grep -c -- --backend
detente --version
