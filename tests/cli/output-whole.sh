# A file appears whole: what was there stays when the run cannot even begin, no part is left.
echo before > run.csv
detente simulate data/broken.mdl -o run.csv 2>/dev/null
cat run.csv
detente simulate data/tank.mdl --save level -o run.csv && tail -1 run.csv
timeout --preserve-status -s INT 0.5 detente simulate data/tank.mdl --stop 1e8 --save level -o run.csv
echo "= $?"
tail -1 run.csv
ls *.part 2>/dev/null
true
