# JSON lines on standard error; nothing without a terminal; a bar with rate and time left on one.
detente ensemble data/tank.mdl --runs 5000 --save level --progress json 2>&1 > /dev/null | tail -1
detente ensemble data/tank.mdl --runs 50 --save level --vary "inflow=uniform(1,2)" 2>&1 > /dev/null
script -qec 'detente ensemble data/tank.mdl --runs 50 --save level -o q.csv' /dev/null |
    tr '\r' '\n' | grep -q 'runs/s .* s left' && echo a bar
# without a bar a long time is told, early and once; quietly nothing
long() { exec detente ensemble data/tank.mdl --runs 4000000000 --save level --vary 'inflow=uniform(1,2)' --dt 0.001 -j 1 "$@" > /dev/null; }
long 2> told &
for _ in $(seq 300); do # however slow the machine
    grep -q 'take about' told && break
    sleep 0.1
done
sleep 1
kill -INT $!
wait $!
grep -c 'runs take about .* at this speed; Ctrl-C stops them' told
long -q 2> quiet &
sleep 3
kill -INT $!
wait $!
grep -c 'take about' quiet
true
