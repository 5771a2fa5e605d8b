# The range that a constant's author gave it by its unit is told where --set, --vary, a design or a case leaves it, once.
cat > m.mdl <<'END'
tau = 5 ~ Week [1,20] ~ |
k[R] = 1,2 ~ 1 [0,?] ~ |
R: a,b ~~|
y = INTEG(-y / tau + SUM(k[R!]), 10) ~ 1 ~ |
INITIAL TIME = 0 ~ Week ~ |
FINAL TIME = 3 ~ Week ~ |
TIME STEP = 1 ~ Week ~ |
SAVEPER = 1 ~ Week ~ |
END
simulate() { detente simulate m.mdl --save y "$@" 2>&1 > /dev/null; }
ensemble() { detente ensemble m.mdl --save y "$@" 2>&1 > /dev/null; }
simulate --set tau=1 --set k=0
simulate --set tau=50 --set k=-1
ensemble --runs 4 --vary 'tau=uniform(1,20)'
ensemble --runs 4 --vary 'tau=uniform(-5,25)'
printf 'tau,k[b]\n3,2\n22,-1\n' > d.csv
ensemble --design file:d.csv
cp -r data/case case
sed -i 's|Point/Strike$|Point/Strike [0.3,?]|; /^cooling time/,/Week/s|Week$|Week [?,10]|' case/model.mdl
detente check case --static 2>&1
detente simulate case --set 'effect of strikes=2' 2>&1 > /dev/null | grep 642
