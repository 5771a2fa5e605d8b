# Names with a bracket in them, what is saved twice, a run that an ensemble does not have.
cat >m.mdl <<'END'
D: p, q ~~|
"a [b]" = 3 ~~|
"c [d]"[D] = 1, 2 ~~|
x[D] = "a [b]" * "c [d]"[D] ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 1 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
END
detente simulate m.mdl --set '"a [b]"=9' --set '"c [d]"[q]=5' --save '"a [b]",x'
detente simulate m.mdl --set 'a [b]=9' --save 'x[p]' -f jsonl
detente ensemble m.mdl --vary '"a [b]"=fixed(4)' --runs 2 --save 'x[q]'
detente simulate m.mdl --save 'x[p],x,x' -f jsonl
detente simulate data/case --run 10 --runs 10
echo "exit $?"
detente simulate data/case --run 9 --runs 10 --save tension | tail -1 | cut -d, -f1
