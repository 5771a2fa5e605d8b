# Vensim's draws that XMILE writes in another way: the same numbers in both formats.
cat > model.mdl <<'END'
plain = RANDOM 0 1() ~~|
once = INITIAL(RANDOM 0 1()) ~~|
NOISE SEED = 5 ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 2 ~~| TIME STEP = 0.5 ~~| SAVEPER = 0.5 ~~|
END
detente convert model.mdl out.xmile -q
detente convert out.xmile back.mdl -q
grep -o '<eqn>.*RANDOM.*</eqn>' out.xmile
for m in model.mdl out.xmile back.mdl; do detente simulate $m --save plain,once -o $m.csv -q; done
cmp model.mdl.csv out.xmile.csv && cmp model.mdl.csv back.mdl.csv && echo same
