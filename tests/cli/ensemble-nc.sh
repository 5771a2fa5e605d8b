# Runs to NetCDF: the same bytes for any threads and blocks, and after a kill at any moment and a resume.
records() { echo $((16#$(od -An -tx1 -j4 -N8 "$1" | tr -d ' \n'))); }
size() { stat -c %s "$1"; }
run() { detente ensemble data/tank.mdl --vary 'drain rate=uniform(0.1,0.5)' --save level -f nc -q "$@"; }
run --runs 300 -j 1 -o a.nc
run --runs 300 -j 3 --block 7 --backend interp -o b.nc
cmp a.nc b.nc && echo "$(head -c 3 a.nc) $(records a.nc)"
run --runs 200 -o b.nc
record=$(( ($(size a.nc) - $(size b.nc)) / 100 ))
echo "a record has $record bytes"
N=900000
run --runs $N -o whole.nc
header=$(( $(size whole.nc) - N * record ))
# Is the part of a killed command whole records, all there? (Before the first one there may be no file.)
check() { [ ! -s kill.nc.part ] || [ "$(head -c 3 kill.nc.part)" != CDF ] ||
  [ $(( header + $(records kill.nc.part) * record )) -le "$(size kill.nc.part)" ] || echo "not whole"; }
for jobs in 1 2; do
  for moment in 0 1 2 3; do
    rm -f kill.nc kill.nc.part
    detente ensemble data/tank.mdl --vary 'drain rate=uniform(0.1,0.5)' --save level -f nc -q \
      --runs $N -j $jobs -o kill.nc &
    until [ -s kill.nc.part ] && [ "$(records kill.nc.part 2>/dev/null)" -ge $((moment * 100000)) ]; do
      [ -e kill.nc ] && break
    done 2>/dev/null
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    check
    [ -e kill.nc ] || run --runs $N -j $((3 - jobs)) --resume -o kill.nc
    cmp kill.nc whole.nc && echo resumed
  done
done
# Interrupted: what there is stays for a resume; another command does not take it for its own, nor away.
detente ensemble data/tank.mdl --save level -f nc --runs 2000000000 -o big.nc 2> big.err &
until [ -s big.nc.part ] && [ "$(records big.nc.part)" -gt 0 ]; do sleep 0.02; done
kill -INT $!
wait $!
echo "= $?"
cat big.err
before=$(records big.nc.part)
run --runs 300 --resume -o big.nc 2>&1
echo "= $?"
[ "$(records big.nc.part)" = "$before" ] && [ ! -e big.nc ] && echo it stays
run --runs 300 -o big.nc && cmp a.nc big.nc && echo begun again
head -c 40 /dev/zero >big.nc.part # killed before its header was whole
run --runs 300 --resume -o big.nc && cmp a.nc big.nc && echo begun again
# Beyond the size that files may have (SIGXFSZ): as on a full disk, and what stood there stays.
echo old >limit.csv
(ulimit -f 1; detente ensemble data/tank.mdl --vary 'drain rate=uniform(0.1,0.5)' -o limit.csv -q --runs 20 --dt 0.01 2>&1)
echo "= $?"
cat limit.csv
run --runs 5 2>&1 | head -1
detente ensemble data/tank.mdl --resume 2>&1 | head -1
detente ensemble data/tank.mdl --runs 2 --save "level,drain rate,outflow" -q -f nc -o units.nc
strings -n 4 units.nc | grep -iE -A1 '^(liter|minute)|^model_units' | grep -v -- --
detente ensemble data/case --runs 20 -q -f nc -o case.nc && records case.nc
# One run alone is the same record.
one() { python3 -c 'import sys; print(open(sys.argv[1], "rb").read()[-int(sys.argv[2]):].hex())' "$@"; }
detente simulate data/tank.mdl --save level -f nc -o one.nc && detente ensemble data/tank.mdl --save level --runs 1 -f nc -o same.nc -q
[ "$(one one.nc $record)" = "$(one same.nc $record)" ] && grep -ao 'detente simulate.*--run 0' one.nc
detente simulate data/case --run 7 -f nc -o seven.nc && records seven.nc
