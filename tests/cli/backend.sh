# Generated code and the interpreter write the same bytes; the choice is not part of the command.
for which in jit interp; do
  detente compare data/case --runs 60 --backend $which -q --out $which > $which.txt
  detente ensemble data/tank.mdl --vary 'drain rate=uniform(0.1,0.5)' --runs 333 --backend $which \
    > $which.csv 2> /dev/null
  detente simulate data/case --run 17 --backend $which > $which.run.csv 2> /dev/null
done
diff -r jit interp && cmp jit.txt interp.txt && echo a comparison is the same
cmp jit.csv interp.csv && echo an ensemble is the same
cmp jit.run.csv interp.run.csv && echo a run is the same
wc -l < jit.csv
grep -c backend jit/manifest.json
detente simulate data/tank.mdl --backend fast 2>&1 | head -1
