# Data that are not there become :NA: in XMILE, for good: convert says so. With the data given, it has nothing to
# say; nor has it where the output still takes them (.mdl).
cat > model.mdl <<'EOF'
{UTF-8}
S: one, two ~~|
seen[S] ~~|
twice[S] = seen[S] * 2 ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 2 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
EOF
printf 'time,seen[one],seen[two]\n0,1,2\n2,3,8\n' > seen.csv
detente convert model.mdl bare.xmile; echo "rc $?"
detente convert model.mdl same.mdl; echo "rc $?"
detente convert model.mdl full.xmile --data seen.csv; echo "rc $?"
detente simulate full.xmile -q
