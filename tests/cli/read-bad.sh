# What cannot be read is named, the rest is read all the same, and the exit status says so.
say() { "$@"; echo "= $?"; }
mkdir empty docs
head -c 4000 /dev/zero > docs/binary.txt
echo 'Rain caused floods.' > docs/good.txt
say detente read nothing.txt
say detente read empty
detente read docs --least 0.2 > out.jsonl; echo "= $?"
grep -c good.txt out.jsonl
printf '{"text": 3}\n{"doc": "x", "text": "Rain caused floods."}\nnonsense\n' | detente read - --least 0.2 > out.jsonl; echo "= $?"
grep -c '"doc":"x"' out.jsonl
say detente read docs/good.txt --case empty
say detente read docs/good.txt --least 2
say detente views data/tank.mdl
say detente read docs/good.txt -o no/folder/x.jsonl
DETENTE_DATA=$PWD/empty say detente read docs/good.txt
