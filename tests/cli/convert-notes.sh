# Warnings always, notes with -v.
cat > model.xmile <<'END'
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<sim_specs><start>0</start><stop>2</stop><dt>1</dt></sim_specs>
<model><variables>
<aux name="time step"><eqn>3</eqn></aux>
<stock name="s"><eqn>1</eqn><outflow>out</outflow><non_negative/></stock>
<flow name="out"><doc>one | two</doc><eqn>time_step</eqn></flow>
</variables></model></xmile>
END
detente convert model.xmile out.mdl
echo --
detente convert model.xmile out.mdl -v 2>&1 | grep -c note
detente simulate out.mdl --save s
