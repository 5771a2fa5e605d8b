# What Vensim writes into an XMILE file in its own way goes to .mdl, back, and to the standard's XMILE with the same
# numbers: a rate without flows, a macro's further output, a range inside of a range, a mapping, an exception, a text.
cat > own.xmile <<'END'
<?xml version="1.0" encoding="utf-8"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0" xmlns:vensim="http://www.vensim.com/XMILE">
<header><product version="1.0" lang="en">Vensim</product></header>
<sim_specs method="euler" time_units="Month"><start>0<doc>a</doc></start><stop>4</stop><dt>0.5</dt></sim_specs>
<dimensions>
<dim name="Town" vensim:kind="family"><vensim:members>East, West</vensim:members><elem name="a"/><elem name="b"/><elem name="c"/>
<dim name="East" vensim:kind="subrange"><elem name="a"/><elem name="b"/></dim>
<dim name="West" vensim:kind="subrange"><elem name="c"/></dim></dim>
<dim name="Side" vensim:kind="family"><elem name="e"/><elem name="w"/><vensim:map from="e" to="East"/><vensim:map from="w" to="West"/></dim>
</dimensions>
<macro name="EASED"><parm>input</parm><parm>tau</parm><eqn>EASED</eqn><variables>
<stock name="EASED"><eqn>input + 1</eqn><vensim:netflow>RATE</vensim:netflow></stock>
<aux name="RATE" access="output"><eqn>(input - EASED)/tau</eqn></aux></variables></macro>
<model><variables>
<stock name="level"><eqn>8</eqn><vensim:netflow>-level/2</vensim:netflow></stock>
<aux name="eased"><eqn>EASED(level, 4 : its_rate)</eqn></aux>
<aux name="used"><eqn>2*its_rate</eqn></aux>
<aux name="by_side"><dimensions><dim name="Side"/></dimensions><element subscript="e"><eqn>3</eqn></element><element subscript="w"><eqn>Time</eqn></element></aux>
<aux name="by_town"><dimensions><dim name="Town"/></dimensions><eqn>by_side[Side]</eqn></aux>
<aux name="price"><dimensions><dim name="Town"/></dimensions><vensim:except>:EXCEPT: [a]</vensim:except><eqn>SUM(by_town[East!])</eqn><element subscript="a"><eqn>1</eqn></element></aux>
<aux vensim:kind="string" name="see"><eqn>:IS: 'elsewhere'</eqn></aux>
</variables></model>
</xmile>
END
save='level,eased,its_rate,used,by_town,price'
detente convert own.xmile own.mdl
detente convert -q own.mdl back.xmile
detente convert -q own.xmile standard.xmile
for file in own.mdl back.xmile standard.xmile; do
  detente simulate "$file" --save $save | cmp - <(detente simulate own.xmile --save $save) && echo "$file: the same numbers"
done
grep -c 'xmlns:vensim' standard.xmile back.xmile
detente simulate own.xmile --save $save | tail -1
