# A first row that names the columns may stand in each table of a case, or not, or behind a '#'; messages name the table's
# own columns.
tables() { detente check data/case --static; echo "= $?"; }
printf 'concept\tsign\tpattern\ntension\t+\ttension\n' > data/case/vocabulary.tsv
printf '# notes\nanswer or course\tsign\tpattern\r\nH1=long\t+\ttension last\n' > data/case/cues.tsv
printf 'code\tkind\tnames\tfrom\tuntil\nNOR\tstate\tNorthland\n' > data/case/actors.tsv
sed -i 's/^\(units\|model\):/evidence: evidence.tsv\n&/' data/case/case.yaml
printf '# what stands behind the model\nitem\tsource\tstatus\n# a note\ntension\ta book\tclaimed\n' > data/case/evidence.tsv
tables
printf '# concept\tsign\tpattern\ntension\t+\ttension\n' > data/case/vocabulary.tsv
printf 'H1=long\t+\ttension last\n' > data/case/cues.tsv
printf 'NOR\tstate\tNorthland\n' > data/case/actors.tsv
printf '# item\tsource\tstatus\ntension\ta book\tclaimed\n' > data/case/evidence.tsv
tables
printf 'H1=long\ttension last\n' > data/case/cues.tsv
printf 'code\tkind\tnames\nNOR\tstate\nSOU\tstate\tSouthland\n' > data/case/actors.tsv
tables
# Only the first row may be a heading.
printf 'tension\t+\ttension\nconcept\tsign\tpattern\n' > data/case/vocabulary.tsv
rm data/case/cues.tsv data/case/actors.tsv
tables
# `read` refuses a slip in the vocabulary as `views` does, whatever becomes of the model; concepts of the document's own go through.
echo 'Time raises tension.' > a.txt
hear() { detente read a.txt --case data/case -q --least 0.3 > out.jsonl; echo "= $?"; grep -o '"cause":[^,]*' out.jsonl || true; }
printf 'tensoin\t+\ttension\ntime\t+\ttime\n' > data/case/vocabulary.tsv
hear
printf 'patrols\t+\tpatrol\ntension\t+\ttension\ntime\t+\ttime\n' > data/case/vocabulary.tsv
rm data/case/model.mdl
hear
printf 'concepts: 3\n' >> data/case/case.yaml
hear
