# Data of an array of which some are given: the rest is marked in XMILE, told, and can be given later; in each format.
cat > model.mdl <<'END'
R: a, b, c ~~|
price[R] ~~|
paid[R] = price[R] * 2 ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 4 ~~| TIME STEP = 1 ~~| SAVEPER = 2 ~~|
END
printf 'Time,price[a],price[c]\n0,1,2\n4,5,6\n' > some.csv
printf 'Time,price[b]\n0,1\n4,5\n' > rest.csv
detente convert model.mdl one.xmile --data some.csv
detente convert one.xmile two.xmile
cmp one.xmile two.xmile
detente convert one.xmile back.mdl
detente simulate one.xmile --save paid | tail -1
for model in one.xmile two.xmile back.mdl; do
    detente simulate "$model" --save paid --data rest.csv | tail -1
done
