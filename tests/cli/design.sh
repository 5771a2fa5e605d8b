# Designs: a grid's points and replications, one point in each part of a Latin hypercube, each run replayed alone.
vary="--vary inflow=uniform(0,4)"
run() { detente ensemble data/tank.mdl $vary --save inflow "$@"; }
one() { detente simulate data/tank.mdl $vary --save inflow "$@" | tail -1 | cut -d, -f2; }

run --design grid:5 -f jsonl | head -1
run --design grid:1 | sed -n 2p
detente ensemble data/tank.mdl $vary --vary 'drain rate=lognormal(0.2,2)' --design grid:2,3 --replications 2 --save 'drain rate' | sed -n 2p
for k in 0 1 2 3 4 5; do
    detente simulate data/tank.mdl $vary --vary 'drain rate=uniform(0,1)' --design grid:2,3 --save inflow,'drain rate' --run $k | tail -1
done
for k in 0 1 2 3 4 5; do one --design grid:3 --replications 2 --run $k; done | paste -sd' '
for k in 0 1 2 3; do one --design lhs --runs 4 --run $k; done | awk '{ print int($1) }' | sort | paste -sd' '
for d in mc lhs sobol; do
    run --design $d --runs 8 | sed -n 2p | cut -d, -f6 > whole
    for k in 0 1 2 3 4 5 6 7; do one --design $d --runs 8 --run $k; done > parts
    awk -v d=$d 'NR == FNR { m = $1; next } { s += $1 / 8 } END { print d, (s - m < 1e-12 && m - s < 1e-12 ? "replayed" : "differs") }' whole parts
done
run --design lhs --runs 333 -j 1 > a.csv
run --design lhs --runs 333 -j 2 --block 7 > b.csv
cmp a.csv b.csv && echo same bytes
run --design sobol --runs 100 > /dev/null

for d in grid grid:0 grid:2,3 grid:2, grid:x grid:4 dice; do run --design $d --runs 7; echo "= $?"; done
detente ensemble data/tank.mdl --design grid:4; echo "= $?"
one --design grid:3 --run 3
run --design lhs --runs 7 --replications 2; echo "= $?"
