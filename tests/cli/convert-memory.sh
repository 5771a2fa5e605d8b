# Functions with memory of the largest and smallest of an array: XMILE's MAX(x[*]) and MIN(x[*]) run inside them, beside
# them and around them, and the numbers are the same in both formats, draws too.
cat > river.mdl <<'END'
D: a, b, c ~~|
x[D] = D * SIN(Time + D) ~~|
y[D] = VMAX(x[D!]) - x[D] ~~|
smooth = SMOOTH3I(VMAX(x[D!]), 5, 0) ~~|
late = DELAY FIXED(VMIN(x[D!]), 2, 1) ~~|
third = DELAY3(1 + VMAX(x[D!]), 4) ~~|
first = INITIAL(VMAX(x[D!])) ~~|
of each[D] = SMOOTH(VMAX(x[D!]) - x[D], 3) ~~|
drawn = INTEGER(RANDOM POISSON(0, 100, 2, 0, 1, 7)) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 8 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
END
save='smooth,late,third,first,of each,drawn'
detente convert river.mdl river.xmile && detente convert river.xmile back.mdl && detente convert back.mdl again.xmile
for m in river.mdl river.xmile back.mdl again.xmile; do detente simulate $m --save "$save" -o $m.csv -q; done
for m in river.xmile back.mdl again.xmile; do cmp river.mdl.csv $m.csv && echo same; done
grep -c 'INT(POISSON' river.xmile

cat > forms.xmile <<'END'
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<sim_specs method="Euler"><start>0</start><stop>6</stop><dt>1</dt></sim_specs>
<dimensions><dim name="D" size="2"><elem name="a"/><elem name="b"/></dim></dimensions>
<model><variables>
<aux name="k"><dimensions><dim name="D"/></dimensions><element subscript="a"><eqn>1</eqn></element>
<element subscript="b"><eqn>-2</eqn></element></aux>
<aux name="x"><dimensions><dim name="D"/></dimensions><eqn>k[D]*SIN(TIME)</eqn></aux>
<aux name="top"><eqn>MAX(x[*])</eqn></aux>
<aux name="held"><dimensions><dim name="D"/></dimensions><eqn>SMTH1(x[D], 2)</eqn></aux>
<aux name="of two"><eqn>SMTH1(MAX(x[*], 0.5), 2) - SMTH1(MAX(top, 0.5), 2)</eqn></aux>
<aux name="around"><eqn>MAX(SMTH1(x[*], 2)) - MAX(held[*])</eqn></aux>
<aux name="around two"><eqn>MAX(SMTH1(x[*], 2), 0.1) - MAX(MAX(held[*]), 0.1)</eqn></aux>
<aux name="before"><eqn>PREVIOUS(MAX(x[*]), 7) - PREVIOUS(top, 7)</eqn></aux>
<aux name="own"><dimensions><dim name="D"/></dimensions><eqn>MAX(SMTH1(x[D], 2), 0) - MAX(held[D], 0)</eqn></aux>
</variables></model></xmile>
END
detente simulate forms.xmile --save 'of two,around,around two,before,own' | tail -n 2

# Draws that must move to a variable of their own are others, and convert says so.
cat > moved.mdl <<'END'
whole = INTEGER(RANDOM NORMAL(-9, 9, 0, 3, 7)) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 8 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
END
detente convert moved.mdl moved.xmile

# What a divisor of ZIDZ is held against has its unit.
cat > ratio.mdl <<'END'
a = 2 ~ Person ~|
b = 4 ~ Person/Day ~|
c = ZIDZ(a, b) ~ Day ~ :SUPPLEMENTARY:|
INITIAL TIME = 0 ~ Day ~| FINAL TIME = 1 ~ Day ~| TIME STEP = 1 ~ Day ~| SAVEPER = 1 ~ Day ~|
END
detente convert ratio.mdl ratio.xmile
detente check --units=strict ratio.xmile
sed 's|<units>Day</units>|<units>Week</units>|' ratio.xmile > wrong.xmile
detente check --units=strict wrong.xmile -q > /dev/null 2>&1; echo "= $?"
