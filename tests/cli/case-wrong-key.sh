sed -i 's/^    question: /    qestion: /' data/case/case.yaml
detente compare data/case --runs 10 --out out
status=$?
ls -d out 2>/dev/null
exit $status
