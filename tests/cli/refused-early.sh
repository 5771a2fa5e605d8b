# What can be seen to be wrong before any work, or before anything is written over.
cp data/tank.mdl t.mdl
detente convert t.mdl ./t.mdl
echo $?
cmp t.mdl data/tank.mdl && echo untouched
echo "The closure caused unrest." | detente read - --case t.mdl -o out.jsonl
echo $?
detente compare data/case --documents nosuch --runs 10 --out folder
echo $?
ls folder out.jsonl 2> /dev/null
true
