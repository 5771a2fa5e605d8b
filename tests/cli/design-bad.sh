printf 'drain rate,inflow\n0,2\n0,many\n0\n' > design.csv
detente ensemble data/tank.mdl --design file:design.csv --save level; echo "= $?"
printf 'drain rate,inflow\n0,many\n' > design.csv
detente ensemble data/tank.mdl --design file:design.csv --save level; echo "= $?"
printf 'drain rat\n0\n' > design.csv
detente ensemble data/tank.mdl --design file:design.csv --save level; echo "= $?"
detente ensemble data/tank.mdl --design file:none.csv --save level; echo "= $?"
