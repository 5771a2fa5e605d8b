# A case: declared loops, evidence, constants that only carry a unit; JSON holds every link.
cat >> data/case/model.mdl <<'M'
one week = 1
	~	Week
	~	Carries a unit. |
M
printf 'item\tsource\tstatus\ntension\tassumption\tassumption\n' > data/case/evidence.tsv
cat > data/case/loops.yaml <<'Y'
version: 1
loops:
  - {id: B1, name: Tension cools, polarity: balancing, source: assumption, variables: [tension, cooling]}
Y
printf 'loops: loops.yaml\nevidence: evidence.tsv\n' >> data/case/case.yaml
detente explain data/case > all.txt
sed -n '/^Declared/,/^Variables/p' all.txt
detente explain data/case tension | sed -n '/^Evidence/,/^$/p; /^Declared/,/^$/p'
detente explain data/case -f json | python3 -c '
import json, sys
d = json.load(sys.stdin)
print(d["declared_loops"][0]["id"], d["declared_loops"][0]["signs"])
print([c["name"] for c in d["unit_constants"]])
print({"cause": "cooling", "effect": "tension", "sign": "-", "is_initial": False} in d["links"])'
