# Documents of any name give views that compare runs; a text under several names is one document; tables name what the
# case has.
mkdir -p d/sub
printf 'north=restraint\t+\tshow restraint\n' > data/case/cues.tsv
printf '\357\273\277tension\t+\ttension\n' > data/case/vocabulary.tsv
say() { echo "The north should show restraint $1 times." > "$2"; }
say 1 'd/say "no".txt'; say 2 'd/back\slash.txt'; say 3 d/x.txt; say 4 d/x.html; say 5 d/sub/x.txt; say 6 d/prior.txt; say 7 d/all.txt; say 8 d/x-1.txt
cp d/x.txt d/zz.txt; cp d/x.txt d/yy.txt
detente views data/case --documents d -o read.yaml 2> said.txt > views.txt
grep -E 'W93|given more' said.txt
grep -E '^  - id' read.yaml
grep 'name: .*no' read.yaml
detente compare data/case --views read.yaml --view all --documents d --runs 8 --out o -q > compare.txt 2> compare.err; echo "= $?"
grep -v W935 compare.err | grep -v hint
cut -d, -f2 o/summary.csv | sort -u | wc -l
# Typos.
printf 'tenson\t+\ttension\ntenson\t+\tstress\n' > data/case/vocabulary.tsv
printf 'H1=lnog\t+\ttension last\nnorth=restraint\tplus\trestraint\n' > data/case/cues.tsv
detente check data/case/ --static; echo "= $?"
detente views data/case/ --documents d > views.txt; echo "= $?"
printf 'tension\t+\ttension\n' > data/case/vocabulary.tsv
printf 'H1=lnog\t+\ttension last\n' > data/case/cues.tsv
printf 'code\tkind\tnames\tfrom\tuntil\nNOR\tcountry\tNorthland\n' > data/case/actors.tsv
detente check data/case --static; echo "= $?"
