# JSON lines on standard error; nothing without a terminal; a bar with rate and time left on one.
detente ensemble data/tank.mdl --runs 5000 --save level --progress json 2>&1 > /dev/null | tail -1
detente ensemble data/tank.mdl --runs 50 --save level --vary "inflow=uniform(1,2)" 2>&1 > /dev/null
script -qec 'detente ensemble data/tank.mdl --runs 50 --save level -o q.csv' /dev/null |
    tr '\r' '\n' | grep -q 'runs/s .* s left' && echo a bar
# without a bar hours are told, early and once; quietly nothing
long() { timeout -s INT 4 detente ensemble data/tank.mdl --runs 4000000000 --save level --vary 'inflow=uniform(1,2)' --dt 0.001 -j 1 "$@" 2>&1 >/dev/null; }
long | grep -c 'runs take about .* hours at this speed; Ctrl-C stops them'
long -q | grep -c 'take about'
true
