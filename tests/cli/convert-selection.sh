# VECTOR SELECT over an alias of a stored range is written out; :RAW: of computed data says nothing in a model
# without data. The same numbers in both formats.
cat > model.mdl <<'END'
:MACRO: POINTS(series)
POINTS = IF THEN ELSE(raw = :NA:, 1, raw) ~~|
raw :RAW: := series ~~|
:END OF MACRO:
D: a, b, c ~~|
E: (e1-e2) ~~|
Also <-> D ~~|
VSMIN = 2 ~~|
near[D, Also] = IF THEN ELSE(ABS(D - Also) = 1, 1, 0) ~~|
x[D] = 10 * D + Time ~~|
sum[D] = VECTOR SELECT(near[D, Also!], x[Also!] - x[D], -1, 0, 1) ~~|
least[D] = VECTOR SELECT(near[D, Also!], x[Also!], -1, VSMIN, 0) ~~|
most = VECTOR SELECT(near[a, Also!] * 0, x[Also!], -5, 3, 0) ~~|
product = VECTOR SELECT(near[b, Also!], x[Also!], 0, 1, 0) ~~|
read ~~|
gap = POINTS(read) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 2 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
END
detente convert model.mdl out.xmile 2>&1 | grep -o "where VECTOR.*\|:RAW: of.*"
detente convert out.xmile back.mdl -q
for m in model.mdl out.xmile back.mdl; do
    detente simulate $m --save sum,least,most,product,gap -o $m.csv -q
done
cat model.mdl.csv
cmp model.mdl.csv out.xmile.csv && cmp model.mdl.csv back.mdl.csv && echo same
