# Each is a usage error with a way out.
say() { "$@"; echo "= $?"; }
say detente
say detente simulat data/tank.mdl
say detente forecast a
say detente simulate
say detente simulate a.mdl b.mdl
say detente simulate --seeds 2 data/tank.mdl
say detente simulate --force data/tank.mdl
say detente simulate --resume data/tank.mdl
say detente simulate -f nc data/tank.mdl
say detente simulate -f xls data/tank.mdl
say detente simulate --block 5 data/tank.mdl
say detente simulate --seed minus data/tank.mdl
say detente simulate data/tank.mdl --seed
say detente simulate data/tank.mdl --dt 0
say detente simulate -x data/tank.mdl
say detente check -q=3 data/tank.mdl
say detente ensemble data/tank.mdl --runs 0
say detente ensemble data/tank.mdl --replications 0
say detente ensemble data/tank.mdl --design dice
say detente ensemble data/tank.mdl --vary 'inflow=uniform(1)'
say detente ensemble data/tank.mdl --vary 'inflow=uniform(3,1)'
say detente compare data/tank.mdl
