# Every file and standard output, byte for byte, with 1, 2 and 3 workers, odd blocks, and again.
run() { detente compare data/case --runs 60 "$@" -q; }
run -j 1 --out a > a.txt
run -j 2 --block 7 --out b > b.txt
run -j 3 --block 1 --out c > c.txt
run --out again > again.txt
for other in b c again; do diff -r a $other && cmp a.txt $other.txt && echo $other is the same; done
ls a
head -2 a/summary.csv
run --policy deter,north=restraint --out d > /dev/null
cut -d, -f1 d/summary.csv | uniq
grep -o 'https*://[^"/ ]*' a/report.html | sort -u
for form in csv tsv; do run --out f -f $form > f.$form; done
cmp f.csv f/summary.csv && tr '\t' , < f.tsv | cmp - f.csv && echo standard output has the summary
run -f json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)), "rows")'
wc -l < f.csv
