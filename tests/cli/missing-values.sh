# :NA: and what it goes into are left out of every figure, counted and told; the same bytes in every way of running.
cat >m.mdl <<'END'
deaths ~ Persons/Year ~ |
total = INTEG(0.5 * deaths, 1) ~ Persons ~ |
noise = RANDOM UNIFORM(0, 1, 0) ~ Dmnl ~ |
some = IF THEN ELSE(noise < 0.25, :NA:, noise) ~ Dmnl ~ |
large = 1e30 ~ Dmnl ~ |
INITIAL TIME = 0 ~ Year ~ |
FINAL TIME = 2 ~ Year ~ |
TIME STEP = 1 ~ Year ~ |
SAVEPER = 2 ~ Year ~ |
END
detente simulate m.mdl -q --save deaths,total
detente simulate m.mdl --save deaths,total 2>&1 >/dev/null | grep detente:
for runs in 40 40000; do
    detente ensemble m.mdl --runs $runs --backend interp --save deaths,total,some,large -o i.csv 2>&1 | grep detente:
    detente ensemble m.mdl --runs $runs --backend jit --jobs 1 --save deaths,total,some,large -o j.csv -q 2>&1 | grep detente:
    cmp i.csv j.csv
    cut -d, -f1,3-6 i.csv | sed '/^some/s/,0\.[0-9]*$/,positive/'
done
cp -r data/case case
sed -i 's/strikes = 0$/strikes = :NA:/; /^overlays/d' case/case.yaml
detente compare case --runs 20 --out out -q >/dev/null
cut -d, -f1,3,5-7 out/summary.csv | sed 's/,[0-9.]*$/,a mean/'
detente compare case --runs 20 --policy restraint 2>&1 >/dev/null | grep 'no value'
# Data with gaps that are saved alone; a value that is not finite is none that is missing; a series given twice.
cat >d.mdl <<'END'
d5 :RAW: ~~|
t = LN(1 - Time) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 2 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
END
printf 'time,d5\n0,1\n2,3\n' >one.csv
printf 'time,d5\n0,10\n2,30\n' >two.csv
detente simulate d.mdl --data one.csv --save d5 2>&1 >/dev/null | grep NA:
detente simulate d.mdl --data one.csv --save t 2>&1 >/dev/null | grep -c NA:
detente ensemble d.mdl --data one.csv --save t --runs 2 2>&1 >/dev/null | grep -c NA:
detente simulate d.mdl --data one.csv --data two.csv --save d5 2>/dev/null | head -2
detente simulate d.mdl --data one.csv --data two.csv --save d5 2>&1 >/dev/null | grep -A1 W703
