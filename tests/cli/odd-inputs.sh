# What is typed or listed wrongly is named as what it is.
for n in 99999999999999999999 18446744073709551616; do detente ensemble data/tank.mdl --runs $n; done
detente ensemble data/tank.mdl --seed -1
detente compare data/case --runs 2 -q --view ''; echo "= $?" >&2
printf 'cooling time;drain rate\n1,5;2,5\n' > points.csv
detente ensemble data/tank.mdl --design file:points.csv
cp -r data/case elsewhere
sed -i 's/^model: .*/model: modell.mdl/' elsewhere/case.yaml
detente check elsewhere; echo "= $?" >&2
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
