# Data in XMILE, which has none: a macro that reads its argument :RAW: gets a further parameter; data that are
# computed are missing where one of them is; X IF MISSING is written out. The same numbers in both formats.
printf 'time,a,b\n0,1,2\n1,,4\n2,5,\n3,,\n4,9,8\n' > points.csv
cat > model.mdl <<'END'
:MACRO: COUNT(series, scale : SUM OF IT)
COUNT = INTEG(IF THEN ELSE(point = :NA:, 0, 1) / TIME STEP$, 0) ~~|
SUM OF IT = INTEG(IF THEN ELSE(point = :NA:, 0, point * scale) / TIME STEP$ + 0 * series, 0) ~~|
point :RAW: := series ~~|
:END OF MACRO:
:MACRO: OUTER(inner)
OUTER = COUNT(inner, 10 : of inner) + held ~~|
held :HOLD BACKWARD: := inner * 2 ~~|
:END OF MACRO:
n outer = OUTER(a) ~~|
P: one, two ~~|
a := GET DIRECT DATA('points.csv', ',', 'A', 'B2') ~~|
b :RAW: := GET DIRECT DATA('points.csv', ',', 'A', 'C2') ~~|
each[one] :RAW: := a ~~|
each[two] :RAW: := b ~~|
both := a + 2 ~~|
n a = COUNT(a, 1 : total a) ~~|
n b = COUNT(b, 2 : total b) ~~|
n both = COUNT(both, 1 : total both) ~~|
n time = COUNT(Time, 1 : total time) ~~|
ratio :RAW: := a / b ~~|
filled :RAW: := X IF MISSING(a + b, 100) ~~|
over := SUM(each[P!]) ~~|
filled over := X IF MISSING(SUM(each[P!]), 0) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 4 ~~| TIME STEP = 0.5 ~~| SAVEPER = 1 ~~|
END
detente convert model.mdl out.xmile -q
detente convert out.xmile back.mdl -q
for m in model.mdl out.xmile back.mdl; do
    detente simulate $m --save 'n a,total a,n b,total b,n both,total both,n time,total time,n outer,ratio,filled,over,filled over' -o $m.csv -q
done
cat model.mdl.csv
cmp model.mdl.csv out.xmile.csv && cmp model.mdl.csv back.mdl.csv && echo same
