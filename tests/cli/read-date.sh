# A date of a line that is none is told, with its line, and left out: what needs one stays open.
cat > lines.jsonl <<'END'
{"doc": "a", "text": "Militants attacked a post last week.", "date": "2026-13-45"}
{"doc": "b", "text": "Militants attacked a post last week.  ", "date": 20260311}
{"doc": "c", "text": "Militants attacked a post last week. ", "date": "2026-03-11"}
{"doc": "d", "text": "Militants attacked the post last week.", "date": ""}
{"doc": "f", "text": "Militants attacked a town last week.", "date": "2026-03-11T10:00:00Z"}
{"doc": "e", "text": "Militants attacked a fort last week.", "date": null}
END
detente read - < lines.jsonl | python3 -c '
import json, sys
for r in map(json.loads, sys.stdin):
    print(r["doc"], r["date"], r["date_text"])'
