sed -i 's/ tension > threshold/ tension > reply/; s/(tension > threshold/(tension > reply/' data/case/case.yaml
detente compare data/case --runs 10
