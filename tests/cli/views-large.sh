# A large document among others: those behind it are read too, and each course stands by its name on the page.
mkdir docs
printf 'strikes\t+\tstrike\nanger\t+\tanger\n' > data/case/vocabulary.tsv
printf 'north=restraint\t+\tstop|end strike\n' > data/case/cues.tsv
yes "The clerks of the town kept long lists of all the names that they were told on that day." | head -n 1600 > docs/a.txt
echo 'Strikes have reduced anger. The north must end the strikes.' > docs/b.txt
detente views data/case --documents docs --report page.html -q | grep -m 1 -A 2 DOCUMENTS
grep -o 'Argues for <b>[^<]*' page.html
detente compare data/case --view b; echo "= $?"
