# Conveyors, queues and ovens become equations in .mdl, with the same numbers to the last bit; what cannot
# is refused, each stock once. A stop time that is computed goes to XMILE as what it comes to.
save='off,out,past,in,to oven,baked,belt,narrow,oven,state,seen'
detente convert data/belts.xmile belts.mdl
detente convert belts.mdl belts.xmile
detente simulate data/belts.xmile --save "$save" > a.csv
detente simulate belts.mdl --save "$save" > b.csv
detente simulate belts.xmile --save "$save" > c.csv
cmp a.csv b.csv && cmp b.csv c.csv && wc -l < a.csv
grep -A1 -E '^(off|past\[Side\])=' belts.mdl
sed -e 's/<len>3/<arrest>TIME = 2<\/arrest><len>3/' -e 's/<eqn>8/<eqn>8, 4/' data/belts.xmile > more.xmile
detente convert more.xmile more.mdl
echo "= $?"
cat > stop.mdl <<'END'
level = INTEG(1, 0) ~~|
now = Time ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = IF THEN ELSE(now > 3, now, 50) ~~|
TIME STEP = 0.5 ~~|
SAVEPER = 1 ~~|
END
detente convert stop.mdl stop.xmile
grep -o '<stop>.*</stop>' stop.xmile
detente simulate stop.mdl --save level > a.csv
detente simulate stop.xmile --save level > b.csv
cmp a.csv b.csv && tail -1 b.csv
sed 's/now = Time/now = Time ~~| left = FINAL TIME/' stop.mdl > read.mdl
detente convert read.mdl read.xmile
echo "= $?"
