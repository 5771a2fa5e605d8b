# Cells that are no numbers are refused or told, never dropped: decimal commas, dates, words, names given twice.
cat >m.mdl <<'END'
deaths ~ Persons/Year ~ |
INITIAL TIME = 0 ~ Year ~ |
FINAL TIME = 6 ~ Year ~ |
TIME STEP = 1 ~ Year ~ |
SAVEPER = 3 ~ Year ~ |
END
try() {
    echo "== $1"
    printf "$1" >d.csv
    detente simulate m.mdl --data d.csv 2>&1
    echo "exit $?"
}
try 'time;deaths\n0;1,5\n2;3,5\n6;0,500\n'
try 'time;deaths\n0;1,500\n2;3,500\n'
try 'time;deaths\n0;1,5\n2;3.5\n'
try 'time,deaths\n0,"1,5"\n2,10%%\n6,7\n'
for cell in 3x 0x1F '−5' '1 500' inf 1e400; do
    printf "time,deaths\n0,1\n2,$cell\n" >d.csv
    detente simulate m.mdl --data d.csv 2>&1 | grep error
done
try 'time,deaths\nyears,persons\n0,1\n3,\n4,NA\n5,unknown\n6,7\n'
try 'time,deaths\n2000-01-01,1\n2002,2\n'
try 'time,deaths\nJan,1\nFeb,2\n'
try 'time,deaths,deaths\n0,1,2\n'
try 'time,deaths\n0,1\n2,3\n2,4\n'
try 'time,deaths\n'
try 'time,death\n0,1\n'
try '# a note\ntime,deaths\n0,1\n'
# A column that the model does not read may hold anything.
try 'time,deaths,remark,remark\n0,1,5%%,\n'
printf 'time;deaths\n0;1\n' >d.tab
detente check m.mdl --data d.tab 2>&1
# Formulas that read cells.
cat >g.mdl <<'END'
rate := GET DIRECT DATA('d.csv', ',', 'A', 'B2') ~ Persons/Year ~ |
curve = GET DIRECT LOOKUPS('d.csv', ',', 'A', 'C2') ~~|
out = rate + curve(Time) ~~|
INITIAL TIME = 0 ~ Year ~ |
FINAL TIME = 6 ~ Year ~ |
TIME STEP = 1 ~ Year ~ |
SAVEPER = 3 ~ Year ~ |
END
printf 'time,rate,curve\n0,"3,5",1\n2,4,x\n6,7,2\n' >d.csv
detente simulate g.mdl 2>&1
echo "exit $?"
