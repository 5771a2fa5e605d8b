# Flagged futures: the date, and a command that replays the first one to the same end.
detente compare data/case --runs 20 --set 'cooling time=0' -q > /dev/null 2> err.txt
echo "= $?"
grep -o "view prior: 20 of 20 futures.*" err.txt
sed -n 's/^ *\(detente simulate .*\)/\1/p' err.txt > replay.sh
cat replay.sh
bash replay.sh -q > /dev/null 2> again.txt
echo "= $?"
# A folder that cannot be written is told before anything is computed.
: > file
detente compare data/case --runs 100000000 --out file/out 2>&1 > /dev/null | head -1
