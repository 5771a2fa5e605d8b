# A case's validation: verdicts and exit statuses, the same bytes for any threads, files, mistakes.
cat > data/case/validation.yaml <<'END'
version: 1
extremes:
  - id: hot
    name: Tension never cools
    source: made up
    set: {cooling time: 1000000}
    must:
      - {outcome: deaths, at_least: 1, of: reference, because: tension kills}
      - {variable: tension, at_most: 1000}
parts:
  - {id: P1, name: Strikes, off: {effect of strikes: 0}}
END
detente check data/case --static; echo "= $?"
detente check data/case --runs 60 -q > one.txt; echo "= $?"
cat one.txt
detente check data/case --runs 60 -q -j 1 --block 5 --backend interp --out a > two.txt
detente check data/case --runs 60 -q -j 2 --block 16 --backend jit --out b > three.txt
cmp one.txt two.txt && cmp one.txt three.txt && diff -r a b && echo the same
ls a; head -2 a/validation.csv
detente compare data/case --runs 20 --validate --out c -q > table.txt; echo "= $?"
grep -c 'id="validation"' c/report.html; ls c | grep -c valid; grep -c -- '--validate' c/manifest.json
python3 -c 'import json; print(*sorted(json.load(open("c/manifest.json"))["files"]), "manifest.json", sep="\n")' | sort > listed.txt
ls c | sort | cmp - listed.txt && echo the manifest lists what is there
detente compare data/case --runs 20 --validate -q > table.txt; echo "= $?"
sed -i 's/at_most: 1000/at_most: 1/' data/case/validation.yaml
detente check data/case --runs 60 -q > fails.txt; echo "= $?"
grep 'fails' fails.txt; tail -1 fails.txt
detente check data/case --runs 60 -f json -q > fails.json; echo "= $?"
python3 -c 'import json; v = json.load(open("fails.json"))["validation"]; print(v["failed"], v["claims"][1]["verdict"], len(v["effects"]))'
sed -i 's/variable: tension/variable: tensions/' data/case/validation.yaml
detente check data/case -q; echo "= $?"
detente check data/case -q -f json | grep '"code"'
