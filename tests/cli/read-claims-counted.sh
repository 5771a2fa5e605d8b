# Claims that are denied are counted apart.
printf 'strikes\t+\tstrike\nanger\t+\tanger\n' > data/case/vocabulary.tsv
echo 'Strikes do not cause anger. Nobody believes that strikes cause anger. Strikes cause anger.' > a.txt
detente read a.txt --case data/case --ledger l.db -q -o /dev/null
detente read --ledger l.db --export claim_counts
