# A table read in another way becomes a table of its own in XMILE, however many variables there are when it is added.
for n in $(seq 1 40); do
  { printf '{UTF-8}\n'
    for i in $(seq $n); do printf 'v%s=%s~~|\n' $i $i; done
    printf 'table((0,1),(2,5))~~|\ny=LOOKUP EXTRAPOLATE(table,Time)+LOOKUP BACKWARD(table,Time)~~|\n'
    printf 'INITIAL TIME=0~~|\nFINAL TIME=4~~|\nTIME STEP=1~~|\nSAVEPER=1~~|\n'
  } > tables.mdl
  detente convert tables.mdl tables.xmile 2>/dev/null || echo "$n variables: status $?"
  detente simulate tables.xmile --save y 2>/dev/null | tail -1
done | sort | uniq -c
