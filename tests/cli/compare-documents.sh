# Documents that a user supplies are quoted; one that is missing or does not hold the cited bytes is told.
cat > data/case/views.yaml <<'Y'
version: 1
views:
  - id: "d7"
    name: A document
    kind: document
    recommends:
      course: {north: deter}
      source: "d7:0-16; d7:0-5"
    hypotheses: []
Y
echo "views: views.yaml" >> data/case/case.yaml
mkdir texts
say() { "$@" > /dev/null; echo "= $?"; }
say detente compare data/case --runs 8 --view all --documents texts --out a -q
echo 'Deterrence first, they write.' > texts/d7_op-ed.txt
say detente compare data/case --runs 8 --view all --documents texts --out a -q
grep -c 'Deterrence first' a/report.html
grep -o '"d7": "[0-9a-f]*"' a/manifest.json | wc -c
echo Deter > texts/d7_op-ed.txt
say detente compare data/case --runs 8 --view all --documents texts --out b -q
say detente compare data/case --runs 8 --documents nowhere --out b -q
# A document that the views list with length and hash must be that text; what is there is told.
echo 'Deterrence first, they write.' > texts/d7_op-ed.txt
sed -i 's/^views:$/documents:\n  - {id: "d7", bytes: 30, xxh3: "00000000000000000000000000000000"}\nviews:/' data/case/views.yaml
say detente compare data/case --runs 8 --documents texts --out b -q
sed -i 's/bytes: 30, xxh3: "0*"/bytes: 30.5, xxh3: "none"/' data/case/views.yaml
say detente compare data/case --runs 8 --documents texts --out b -q
