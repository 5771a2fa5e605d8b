detente explain data/tank.mdl
detente explain data/tank.mdl levl
echo "= $?"
detente explain data/pair.mdl people -f json > people.json
python3 -c 'import json; p = json.load(open("people.json")); print(p["kind"], p["equations"], p["unit"])'
