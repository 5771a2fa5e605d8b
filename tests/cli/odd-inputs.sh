# What is typed or listed wrongly is named as what it is.
for n in 99999999999999999999 18446744073709551616; do detente ensemble data/tank.mdl --runs $n; done
detente ensemble data/tank.mdl --seed -1
detente compare data/case --runs 2 -q --view ''; echo "= $?" >&2
printf 'cooling time;drain rate\n1,5;2,5\n' > points.csv
detente ensemble data/tank.mdl --design file:points.csv
cp -r data/case elsewhere
sed -i 's/^model: .*/model: modell.mdl/' elsewhere/case.yaml
detente check elsewhere; echo "= $?" >&2
cp -r data/case late
sed -i 's/^  until: .*/  until: 2030-01-01/' late/case.yaml
detente check late 2>&1 | grep -c 'nearest save point is 2024-05-20' >&2
printf 'R: x,y ~~|\nk[R]=1,2 ~~|\nS[R]=INTEG(k[R],0) ~~|\nINITIAL TIME=0~~|\nFINAL TIME=1~~|\nTIME STEP=1~~|\nSAVEPER=1~~|\n' > two.mdl
# an array named whole is one parameter for each element
detente ensemble two.mdl --vary 'k=uniform(0,1)' --design grid:3 --save 'k[x]' -f json | grep -c '"n":9' >&2
detente compare data/case --policy 'restraint;release' --runs 2 2>&1 | grep -c 'which actor' >&2
detente simulate data/tank.mdl >&-
detente --help >&-
detente check data/tank.mdl -q > /dev/full

# A loop whose links all have a sign has that polarity.
cat > data/case/loops.yaml <<'Y'
version: 1
loops:
  - {id: B1, name: Tension cools, polarity: reinforcing, source: assumption, variables: [tension, cooling]}
Y
printf 'loops: loops.yaml\n' >> data/case/case.yaml
detente check data/case; echo "= $?" >&2

# Ended from outside, a run leaves no half file.
detente ensemble data/tank.mdl --stop 1000 --save level --runs 9000000 -o out.csv -q &
sleep 1; kill -TERM $!; wait $!; echo "= $?" >&2
test ! -e out.csv.part
