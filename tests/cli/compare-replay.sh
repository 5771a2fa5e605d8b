# A future replayed alone is the one that the comparison ran: one run's mean is its own value.
run() { detente "$@" data/case --seed 5 --policy deter; }
run compare --runs 1 --out out -q > /dev/null
{
    sed -n 's/^north=deter,prior,deaths,Persons,1,0,\([^,]*\),.*/\1/p' out/summary.csv
    run simulate --run 0 --save 'cumulative deaths' |
        awk -F, '$1 == 8 { at = $2 } { last = $2 } END { print last - at }'
    run ensemble --runs 1 --save 'cumulative deaths' |
        awk -F, '$3 == 8 { at = $6 } { last = $6 } END { print last - at }'
} > values
wc -l < values
sort -u values | wc -l
