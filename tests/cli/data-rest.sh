# Data that nothing takes are told, once for each file: of a constant, of what is computed, of no variable, of a misspelt one, of a
# model that has no data.
cat > m.mdl <<'END'
{UTF-8}
rain ~ mm ~ |
soil = INTEG(rain * share, 0) ~ mm ~ |
share = 0.5 ~ Dmnl ~ |
runoff = rain - soil ~ mm ~ |
INITIAL TIME = 0 ~~| FINAL TIME = 2 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
END
told() { echo "# $2"; printf "$2" > $1.csv; detente simulate m.mdl --save soil --data $1.csv 2>&1 >/dev/null; }
told right 'time,rain\n0,1\n2,3\n'
told constant 'time,rain,share\n0,1,0.2\n2,3,0.3\n'
told computed 'time,runoff,rain,soil,other\n0,1,1,1,1\n2,3,1,1,1\n'
told near 'time,rains\n0,1\n2,3\n'
detente simulate data/tank.mdl --data right.csv --save level 2>&1 >/dev/null
detente convert m.mdl out.xmile --data constant.csv
detente check m.mdl --data constant.csv 2>&1 | grep -c W709
