# What no weekly sum may count: totals, anniversaries, last year's dead, one event's dead twice; what an event takes up stands
# in the ledger, and so do ends of claims.
cat > a.txt <<'EOF'
Date: 11 March 2026

A car bomb killed four policemen in Lagos on Monday, bringing the number of officers killed since January to 61. In all, 90 officers were injured.

Gunmen killed nine teachers in Niger on Tuesday. It was the deadliest attack on a school since a bomb killed 90 pupils in 2019. The attack brings to 140 the number of teachers killed in the insurgency.

Five years after the massacre that killed 145 villagers in Mali, nobody has been tried. Thursday marks the tenth anniversary of the bombing of the parliament in Kabul, in which 38 people died.

The war in Sudan has killed 4,000 people. Last year's clashes in Chad killed 120 soldiers.

Rebels killed three soldiers in the hills of Mali on Sunday and two on Monday. A house fire killed four children in Togo on Tuesday.
EOF
cat > b.txt <<'EOF'
Date: 12 March 2026

Nine teachers were killed by gunmen in Niger on Tuesday, officials said. The raids have killed 70 people in Chad so far.
EOF
detente read a.txt b.txt --ledger l.db -q -o /dev/null
detente read --ledger l.db --export weekly_deaths
detente read --ledger l.db --export events | python3 -c '
import csv, sys
for e in csv.DictReader(sys.stdin):
    if e["killed_total"] == "1":
        print("total", e["killed_min"])'
cat > c.txt <<'EOF'
Date: 11 March 2026

Rebels attacked a camp in Mali on Monday. The attack killed 12 soldiers. The shelling drove families out. This led to hunger.
EOF
detente read c.txt --ledger r.db -q -o /dev/null
detente read --ledger r.db --export events | python3 -c '
import csv, sys
rows = {r["id"]: r for r in csv.DictReader(sys.stdin)}
for r in rows.values():
    if r["refers"]:
        print("killed", r["killed_min"], "refers to", rows[r["refers"]]["type"], rows[r["refers"]]["date_from"])'
detente read --ledger r.db --export claims | python3 -c '
import csv, sys
text = open("c.txt", "rb").read()
for r in csv.DictReader(sys.stdin):
    if r["cause_refers_first"]:
        print("cause refers to:", text[int(r["cause_refers_first"]):int(r["cause_refers_last"])].decode())'
