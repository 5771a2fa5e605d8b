# Conveyors that leak become equations in .mdl, with the same numbers but for rounding; what begins with
# contents and leaks by fractions that change, leaks in whole numbers or exponentially in a part of its way is refused.
# the largest difference is rounding, and there is something to compare
compare() {
  paste -d, "$1" "$2" | awk -F, 'NR > 1 { n = NF / 2; for (i = 1; i <= n; i++) {
    d = $i - $(i + n); d = d < 0 ? -d : d; m = $i < 0 ? -$i : $i; sum += m; if (d > 1e-12 * (1 + m)) bad++ } }
    END { print NR, (sum > 1000), bad + 0 }'
}
cat > leaks.xmile <<'END'
<xmile xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0" version="1.0">
<header><vendor>test</vendor><product version="1.0">test</product></header>
<sim_specs method="Euler"><start>0</start><stop>40</stop><dt>0.25</dt></sim_specs>
<dimensions><dim name="Side"><elem name="left"/><elem name="right"/></dim></dimensions>
<model><variables>
<stock name="ill"><eqn>0</eqn><inflow>falling</inflow><outflow>well</outflow><outflow>dead</outflow><outflow>tested</outflow>
<conveyor exponential_leak="true"><len>6</len></conveyor></stock>
<flow name="falling"><eqn>10 + 5 * SIN(TIME)</eqn></flow><flow name="well"/>
<flow name="dead"><leak>0.05</leak></flow><flow name="tested"><eqn>rate</eqn><leak/></flow>
<aux name="rate"><eqn>IF TIME &lt; 10 THEN 0 ELSE 0.2 + 0.1 * COS(TIME)</eqn></aux>
<stock name="line"><eqn>0</eqn><inflow>in</inflow><outflow>off</outflow><outflow>early</outflow><outflow>late</outflow><conveyor><len>5</len></conveyor></stock>
<flow name="in"><eqn>20 + TIME</eqn></flow><flow name="off"/>
<flow name="early" leak_start="0" leak_end="0.5"><leak>rate</leak></flow><flow name="late" leak_start="0.3"><eqn>0.25</eqn><leak/></flow>
<stock name="pair"><dimensions><dim name="Side"/></dimensions><eqn>0</eqn><inflow>to pair</inflow><outflow>of pair</outflow><outflow>lost of pair</outflow>
<conveyor exponential_leak="true"><len>4</len></conveyor></stock>
<flow name="to pair"><dimensions><dim name="Side"/></dimensions><element subscript="left"><eqn>3</eqn></element><element subscript="right"><eqn>TIME</eqn></element></flow>
<flow name="of pair"><dimensions><dim name="Side"/></dimensions></flow>
<flow name="lost of pair"><dimensions><dim name="Side"/></dimensions><element subscript="left"><eqn>9</eqn></element><element subscript="right"><eqn>0.1</eqn></element><leak/></flow>
</variables></model></xmile>
END
save='ill,well,dead,tested,line,off,early,late,pair,of pair,lost of pair'
detente convert leaks.xmile leaks.mdl
detente simulate leaks.xmile --save "$save" > a.csv
detente simulate leaks.mdl --save "$save" > b.csv
compare a.csv b.csv
# with contents at the start and constant fractions
sed 's/<stock name="ill"><eqn>0/<stock name="ill"><eqn>500/; s/<stock name="line"><eqn>0/<stock name="line"><eqn>100 + 10/
  s/<stock name="pair">\(.*\)<eqn>0</<stock name="pair">\1<eqn>40</; s/<eqn>IF TIME.*COS(TIME)</<eqn>0.2</
  s/<element subscript="left"><eqn>9.*<leak\/>/<eqn>0.1<\/eqn><leak\/>/' leaks.xmile > full.xmile
detente convert full.xmile full.mdl
detente simulate full.xmile --save "$save" > a.csv
detente simulate full.mdl --save "$save" > b.csv
compare a.csv b.csv
sed 's/<stock name="ill"><eqn>0/<stock name="ill"><eqn>5/; s/<flow name="late" leak_start="0.3">/&<leak_integers\/>/
  s/<flow name="lost of pair">/<flow name="lost of pair" leak_end="0.5">/' leaks.xmile > more.xmile
detente convert more.xmile more.mdl
echo "= $?"
