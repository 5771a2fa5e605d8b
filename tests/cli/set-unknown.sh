detente simulate data/tank.mdl --set 'drain rat=1'
echo "= $?"
detente simulate data/tank.mdl --set 'drain rate'
echo "= $?"
detente simulate data/tank.mdl --set 'drain rate=much'
echo "= $?"
detente simulate data/tank.mdl --set 'TIME STEP=1'
echo "= $?"
detente simulate data/pair.mdl --set 'initial people[east]=1'
echo "= $?"
detente simulate data/pair.mdl --save 'effect'
echo "= $?"
detente compare data/case --set 'cooling tim=1'
echo "= $?"
