# Data that are not there stay data in both formats, there and back, and can be given to what was converted; so can what is
# computed from them. With the data given, convert has nothing to say and writes them down.
cat > model.mdl <<'EOF'
{UTF-8}
S: one, two ~~|
seen[S] ~~|
half seen :HOLD BACKWARD: ~~|
twice[S] = seen[S] * 2 ~~|
sum := SUM(seen[S!]) + half seen ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 2 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
EOF
printf 'time,seen[one],seen[two],half seen\n0,1,2,1\n2,3,8,5\n' > seen.csv
detente convert model.mdl bare.xmile; echo "rc $?"
detente convert model.mdl same.mdl; echo "rc $?"
detente convert model.mdl full.xmile --data seen.csv; echo "rc $?"
detente simulate full.xmile -q
detente convert bare.xmile back.mdl -q
detente convert bare.xmile again.xmile -q
detente simulate model.mdl -q --save seen,twice,sum --data seen.csv
for m in model.mdl same.mdl bare.xmile back.mdl again.xmile; do
    detente simulate $m -q --save seen,twice,sum --data seen.csv -o $m.given.csv
    detente simulate $m -q --save seen,twice,sum -o $m.none.csv
    cmp model.mdl.given.csv $m.given.csv && cmp model.mdl.none.csv $m.none.csv && echo "$m: same"
done
# part of the elements: what is given is written down, the rest is missing
printf 'time,seen[one]\n0,1\n2,3\n' > part.csv
detente convert model.mdl part.xmile --data part.csv -q; detente simulate part.xmile -q --save 'seen[one]' | tail -1
