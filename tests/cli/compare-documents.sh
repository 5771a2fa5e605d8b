# Documents that a user supplies are quoted; one that is missing or does not hold the cited bytes is told.
cat > data/case/views.yaml <<'Y'
version: 1
views:
  - id: "d7"
    name: A document
    kind: document
    recommends:
      course: {north: deter}
      source: "d7:0-16"
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
