# Single elements of arrays that are computed, partly numbers, lists, stocks, states or draws can be given; the others go on
# as they were. Given twice, the last counts, in whatever spelling. An ensemble is the same in generated code.
times='INITIAL TIME=0~~|
FINAL TIME=2~~|
TIME STEP=1~~|
SAVEPER=1~~|
'
printf '{UTF-8}\nRow: x,y ~~|\nCol: p,s ~~|
c[Row]=1,2~~|
e[Row]=c[Row]*2~~|
part[x]=5~~|\npart[y]=c[y]*3~~|
list[x,Col]=10,20~~|\nlist[y,Col]=c[y]*3~~|
old[Row]=DELAY FIXED(c[Row]+Time,1,0)~~|
some[Row] :EXCEPT: [x]=4*c[Row]~~|\nsome[x]=2~~|
S[Row]=INTEG(e[Row]+part[Row],0)~~|
noise[Row]=RANDOM UNIFORM(0,1,0)~~|
all=SUM(list[Row!,Col!])+SUM(old[Row!])+SUM(S[Row!])~~|
%s' "$times" > elements.mdl
show() { detente simulate elements.mdl --save 'e,part,list,old,some,S,all' "$@" | tail -1; }
head=$(detente simulate elements.mdl --save 'e,part,list,old,some,S,all' | head -1); echo "$head"
show
show --set 'e[x]=11' --set 'E[ X ]=7'
show --set 'part[x]=3' --set 'list[x,s]=21' --set 'some[y]=1'
show --set 'list[y,p]=1' --set 'old[y]=0.5' --set 'S[x]=100' --set 'part[y]=0'
show --set 'some[x]=9' --set 'e[x]=1' --set 'e[y]=2'
# draws of the others stay
detente simulate elements.mdl --save 'noise[x]' > whole.csv
detente simulate elements.mdl --save 'noise[x]' --set 'noise[y]=3' > part.csv
cmp whole.csv part.csv && detente simulate elements.mdl --save 'noise[y]' --set 'noise[y]=3' | tail -1
for which in jit interp; do
  detente ensemble elements.mdl --vary 'e[y]=uniform(0,1)' --set 'S[x]=4' --runs 100 --backend $which > $which.csv
done
cmp jit.csv interp.csv && wc -l < jit.csv
# a list that leaves elements out has no equation for a part of it
printf 'Row: x,y,z ~~|\nl[Row] :EXCEPT: [x]=1,2~~|\nl[x]=INITIAL TIME~~|\n%s' "$times" > left.mdl
detente simulate left.mdl --set 'l[y]=0'; echo "= $?"

cat > all.xmile <<'END'
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<sim_specs method="RK4"><start>0</start><stop>2</stop><dt>1</dt></sim_specs>
<dimensions><dim name="Row"><elem name="x"/><elem name="y"/></dim></dimensions>
<model><variables><aux name="c"><dimensions><dim name="Row"/></dimensions>
<element subscript="x"><eqn>1</eqn></element><element subscript="y"><eqn>c[x] * 2</eqn></element></aux>
<flow name="f"><dimensions><dim name="Row"/></dimensions><eqn>c * 2</eqn></flow>
<flow name="out"><dimensions><dim name="Row"/></dimensions><eqn>100</eqn></flow>
<stock name="S"><dimensions><dim name="Row"/></dimensions><eqn>1</eqn><inflow>f</inflow><outflow>out</outflow><non_negative/></stock>
</variables></model></xmile>
END
for s in 'c[x]=5' 'c[y]=5' 'f[y]=1' 'S[x]=1.5' 'out[y]=2'; do detente simulate all.xmile --set "$s" | tail -1; done
# An element named like another dimension is held, drawn and written as the element that it is.
cat > sides.xmile <<'END'
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs>
<dimensions><dim name="Side"><elem name="N"/><elem name="S"/></dim><dim name="N" size="3"/></dimensions>
<model><variables><aux name="arr"><dimensions><dim name="Side"/></dimensions>
<element subscript="N"><eqn>1</eqn></element><element subscript="S"><eqn>2</eqn></element></aux>
<aux name="tot"><eqn>SUM(arr[*])</eqn></aux></variables></model></xmile>
END
detente simulate sides.xmile --set 'arr[n]=7' | tail -1
printf 'arr[N]\n3\n3\n' > design.csv
detente ensemble sides.xmile --design file:design.csv --save tot -q | tail -1 | cut -d, -f6
for to in mdl xmile c; do detente convert sides.xmile to.$to 2> /dev/null; done
for from in mdl xmile; do detente simulate to.$from --save tot | tail -1; done
