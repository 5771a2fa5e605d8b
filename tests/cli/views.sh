# Views of documents: what they hold with the sentences, a file that compare runs and that quotes nothing.
cat > data/case/vocabulary.tsv <<'END'
tension	+	tension
time	+	time|patience
END
cat > data/case/cues.tsv <<'END'
H1=long	+	tension last|persist long|year
north=restraint	+	restraint|restrain
END
mkdir data/case/documents
cat > data/case/documents/one.txt <<'END'
Patience reduces tension. The north should show restraint.
END
cat > data/case/documents/two.txt <<'END'
Time increases tension. Tensions will persist for years.
END
detente views data/case --least 0.2 -o read.yaml --report maps.html > views.txt
grep -E '^  *(H2|For|Against|Argues)|->|says|reduces|In short' views.txt
grep -c 'Patience' read.yaml
grep -c 'xxh3' read.yaml
grep -o 'data-sign="[-1]*" data-from="time"' maps.html
grep -c 'Patience reduces tension' maps.html
detente compare data/case --views read.yaml --view all --runs 20 --out o -q > compare.txt
cut -d, -f2 o/summary.csv | sort -u
# The comparison's report has the maps of the documents given, which must be those that the views were read from.
detente compare data/case --views read.yaml --documents data/case/documents --runs 8 --out o -q > compare.txt
grep -c '<h2 id="maps">' o/report.html
grep -o 'No figure of this report depends\|In our own words\|Read by the program, not written by a person\|depend on the same claims' o/report.html
echo 'Patience reduces tension today.' > data/case/documents/one.txt
detente compare data/case --views read.yaml --documents data/case/documents --runs 8 -q 2>/dev/null; echo "= $?"
detente views data/case --documents nowhere 2>/dev/null; echo "= $?"
echo 'version: 2' > bad.yaml
detente compare data/case --views bad.yaml --runs 5 -q 2>/dev/null; echo "= $?"

# Advice to stop what a course stops is for that course; advice to go on with it is against.
printf 'north=deter\t+\tstop|halt trade\n' > data/case/cues.tsv
for act in 'should stop' 'ought to halt' 'should not stop'; do
  printf 'The north %s the trade with the south at once.\n' "$act" > data/case/documents/one.txt
  detente views data/case --documents data/case/documents/one.txt | grep '^  Argues'
done
# All sentences that argue for a course: the first two and how many more; with -v, in the page and as sources each.
printf 'north=deter\t+\tstop|halt trade\n' > data/case/cues.tsv
printf 'The north should stop the trade. It must halt all trade at once. An envoy urged the north to stop the trade. We recommend that it halt trade.\n' > data/case/documents/one.txt
detente views data/case --documents data/case/documents/one.txt -o read.yaml --report maps.html | grep -A3 '^  Argues'
detente views data/case --documents data/case/documents/one.txt -v | grep -A4 '^  Argues'
grep -A3 'recommends:' read.yaml | grep source
grep -o 'Argues for.*' maps.html | grep -o '<q>' | wc -l
# Who denies a decrease claims no increase: the answer is ruled out, the others keep their priors; two denials are no contradiction.
printf 'H1=long\t+\ttension last|persist long|year\n' > data/case/cues.tsv
echo 'Patience never reduced tension.' > data/case/documents/one.txt
echo 'Patience has not increased tension.' > data/case/documents/two.txt
detente views data/case --documents data/case/documents -o read.yaml --report maps.html | grep -E 'Not "|rules out|Nowhere|says not'
grep -E 'stance: denied|denies:' read.yaml
detente compare data/case --views read.yaml --view all --runs 5 -q > compare.txt; echo "= $?"
grep -o 'data-denied="1"\|<b>not .</b>' maps.html | sort | uniq -c | sed 's/^ *//'
rm data/case/documents/two.txt
# A sentence counts once for an answer; critics are heard, not counted; who is told to be wrong is denied.
printf 'H1=long\t+\ttension last|persist long|year\n' > data/case/cues.tsv
hear() { echo "$1" > data/case/documents/one.txt; detente views data/case --documents data/case/documents/one.txt -v | grep -E '^ *(For|Against) "|says'; echo "= $?"; }
hear 'Tension will last for years, and tension will persist for a long time.'
hear 'Critics say that tensions will persist for years.'
hear 'Officials say that tensions will persist for years. They are mistaken. Tension will last a year. Tension between the two will persist for years in any case.'
rm -r data/case/documents
detente views data/case 2>&1; echo "= $?"
# The dead of one event as two documents count them, each with its claimant.
mkdir war
echo 'Kabul said on 12 October 2025 that Pakistani forces killed 9 Afghan soldiers on 11 October 2025.' > war/a.txt
echo 'According to the United Nations, Pakistan killed 37 Afghan soldiers on 11 October 2025. Rebels killed 3 people on 2 May 2024.' > war/b.txt
detente views data/case --documents war --report war.html | sed -n '/^WHERE THE DEAD/,/^$/p'
grep -o '<h3>Where the dead[^<]*' war.html
# One without a date of its own was in the week up to the document's; threads change nothing.
printf 'Date: 14 October 2025\n\nPakistan killed 40 Afghan soldiers, the Red Crescent said.\n' > war/c.txt
detente views data/case --documents war -j 1 | sed -n '/^WHERE THE DEAD/,/^$/p' > one.txt
detente views data/case --documents war -j 3 | sed -n '/^WHERE THE DEAD/,/^$/p' | cmp - one.txt && grep -c 40 one.txt
