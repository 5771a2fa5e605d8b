# A macro with draws, NOISE SEED, and variables called like XMILE's own: the same numbers in both formats.
cat > model.mdl <<'END'
:MACRO: PINK(mean, sd, correlation time, seed)
PINK = INTEG((drawn - PINK) / correlation time, mean + sd * RANDOM NORMAL(-6, 6, 0, 1, seed)) ~~|
drawn = mean + sd * SQRT(2 * correlation time / dt) * RANDOM NORMAL(-6, 6, 0, 1, 0) ~~|
dt = TIME STEP$ ~~|
:END OF MACRO:
noise = PINK(3, 1, 4, 7) ~~|
DT = TIME STEP * 2 ~~|
late = STEP(DT, 1) + noise ~~|
NOISE SEED = 11 ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 2 ~~| TIME STEP = 0.5 ~~| SAVEPER = 0.5 ~~|
END
detente convert model.mdl out.xmile
detente convert out.xmile back.mdl -q
for m in model.mdl out.xmile back.mdl; do detente simulate $m --save noise,late -o $m.csv -q; done
cmp model.mdl.csv out.xmile.csv && cmp model.mdl.csv back.mdl.csv && echo same
detente convert model.mdl out.xmile -v 2>&1 | grep -c "the name is XMILE's own"
