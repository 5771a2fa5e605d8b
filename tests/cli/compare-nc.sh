# Every future of a comparison as NetCDF, a file for each view: what the tables are made of.
run() { detente compare data/case --view prior,'H1=long' --runs 300 -f nc -q "$@" > /dev/null; }
run -j 1 --out one && ls one | grep nc
for file in one/futures-*.nc; do python3 data/read_nc.py $file one/summary.csv one/series.csv; done
run -j 3 --block 7 --backend interp --out three && diff -r one three && echo the same bytes
grep -ac 'format nc' one/manifest.json one/futures-prior.nc
# The tables are those of a comparison without the files.
detente compare data/case --view prior,'H1=long' --runs 300 -q --out none > /dev/null
for name in none/*.csv; do cmp $name one/"${name#none/}"; done
# A finished view whose file is gone is run again.
views=prior,H1=short,H1=long
. data/kill.sh
run() { detente compare data/case --view $views --runs 9000 -f nc -q "$@" > /dev/null; }
run --out whole
kill_at KILL begun/views.part 200000 begun/manifest.json \
  detente compare data/case --view $views --runs 9000 -f nc -q --out begun
rm begun/futures-prior.nc
run --out begun --resume
diff -r begun whole && echo the same after a kill
detente compare data/case -f nc 2>&1 | head -1
detente compare data/case -f nc --runs 10001 --out many 2>&1 | head -3
ls many 2> /dev/null
