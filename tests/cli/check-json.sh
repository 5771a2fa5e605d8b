detente check data/circle.mdl -f json > found.json
echo "= $?"
python3 - <<'END'
import json
with open("found.json") as file:
    found = json.load(file)
error = [d for d in found["diagnostics"] if d["severity"] == "error"]
print(found["file"], found["errors"], len(error))
print(error[0]["code"], error[0]["file"], error[0]["line"] > 0, bool(error[0]["hint"]))
END
