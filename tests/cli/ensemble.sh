# The same bytes for any number of threads and any block size, kept or counted; a design file.
run() { detente ensemble data/tank.mdl --vary 'drain rate=uniform(0.1,0.5)' --save level "$@"; }
run --runs 333 -j 1 > a.csv
run --runs 333 -j 2 --block 7 > b.csv
cmp a.csv b.csv && sed -n '1,2p' a.csv && wc -l < a.csv
run --runs 12000 -j 1 > a.csv
run --runs 12000 -j 3 --block 5 > b.csv
cmp a.csv b.csv && echo counted alike
run --runs 333 --seed 2 --vary 'inflow=fixed(2)' > c.csv
cmp -s a.csv c.csv || echo another seed
printf 'drain rate,inflow\n0,2\n0,4\n0,6\n' > design.csv
detente ensemble data/tank.mdl --design file:design.csv --save level | tail -1
detente ensemble data/tank.mdl --design file:design.csv --save level --runs 6 | tail -1
timeout 60 detente ensemble data/tank.mdl --save level --runs 2000000000 -o nowhere/x.csv; echo "= $?" # before the runs
