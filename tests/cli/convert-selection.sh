# VECTOR SELECT over an alias of a stored range is written out, its errors as 0/0; :RAW: of a macro's argument says
# nothing in a model without data. The same numbers in both formats.
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
mean = VECTOR SELECT(2 * near[b, Also!], x[Also!], 0, 4, 1) ~~|
powers = VECTOR SELECT(2 * near[b, Also!], x[Also!], 0, 5, 0) ~~|
plain = VECTOR SELECT(2 * near[b, Also!], x[Also!], 0, 6, 0) ~~|
one = VECTOR SELECT(near[a, Also!], x[Also!], 0, 0, 3) ~~|
read ~~|
gap = POINTS(read) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 2 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
END
cat > errors.mdl <<'END'
D: a, b, c ~~|
Also <-> D ~~|
s[D] = IF THEN ELSE(D <= Time, 1, 0) ~~|
none[D] = VECTOR SELECT(s[Also!], D + Also, 7, 0, 1) ~~|
several[D] = VECTOR SELECT(s[Also!], D + Also, 7, 0, 2) ~~|
either[D] = VECTOR SELECT(s[Also!], D + Also, 7, 0, 3) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 2 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
END
for n in model errors; do
    detente convert $n.mdl $n.xmile -q
    detente convert $n.xmile $n-back.mdl -q
    for m in $n.mdl $n.xmile $n-back.mdl; do
        detente simulate $m --save $([ $n = model ] && echo sum,least,most,product,mean,powers,plain,one,gap || echo none,several,either) -o $m.csv -q 2>/dev/null
    done
    cat $n.mdl.csv
    cmp $n.mdl.csv $n.xmile.csv && cmp $n.mdl.csv $n-back.mdl.csv && echo same
done
