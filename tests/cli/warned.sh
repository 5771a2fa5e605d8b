# What would otherwise be silent: steps that do not fit, equations that do not count, a case that runs
# beyond its model's end, a rule with another unit than its variable's; what is broken is not converted.
cat > run.mdl <<'END'
level = INTEG(level * rate, 5) ~~|
rate = 0.1 ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 20 ~~|
TIME STEP = 1 ~~|
SAVEPER = TIME STEP ~~|
END
detente simulate run.mdl --dt 100 --save level
detente simulate run.mdl --dt 0.3 --save level | tail -1
detente simulate run.mdl --dt 0.1 --save level | tail -1
detente simulate run.mdl --set 'rate = 0' --save level | tail -1
cat > belt.xmile <<'END'
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<header><vendor>none</vendor><product version="1">none</product></header>
<sim_specs method="Euler"><start>0</start><stop>5</stop><dt>1</dt></sim_specs>
<model><variables>
<stock name="belt"><eqn>10</eqn><inflow>in</inflow><outflow>off</outflow><outflow>lost</outflow>
<units>Unit</units><conveyor><len>5</len></conveyor></stock>
<stock name="line"><eqn>10</eqn><inflow>off</inflow><outflow>gone</outflow><queue/><units>Unit</units></stock>
<flow name="in"><eqn>2</eqn><units>Unit/Week</units></flow>
<flow name="off"><eqn>in</eqn><units>Unit/Week</units></flow>
<flow name="lost"><leak/><eqn>0.1</eqn><units>Unit/Week</units></flow>
<flow name="gone"><eqn>in</eqn><units>Unit/Week</units></flow>
</variables></model></xmile>
END
detente check belt.xmile
sed -i 's/until: 2024-05-20/until: 2024-06-17/' data/case/case.yaml
detente check data/case
sed -i 's/~ Strike\/Week ~ None/~ Strikes ~ None/' data/case/case.yaml
detente check data/case
echo "= $?"
for broken in 's/level \* rate/level * rat/' 's/rate = 0.1/rate = level/;s/INTEG(level \* rate, 5)/rate/' \
  '/FINAL/d'; do
  sed "$broken" run.mdl > broken.mdl
  for to in mdl xmile c; do
    detente convert broken.mdl out.$to 2>> told
    echo "= $?"
  done
done
ls out.* 2>/dev/null
sed -n 's/.*error: //p' told; true
