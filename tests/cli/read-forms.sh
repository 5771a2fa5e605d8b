# Texts of other forms: UTF-16, HTML with references and tables, a text twice. Spans are bytes of the file as given.
printf 'The army killed 12 rebels on 3 May 2021. \342\200\234Caf\303\251s\342\200\235 were bombed on 4 May 2021.\n' > plain.txt
printf '\377\376' > wide.txt; iconv -f utf-8 -t utf-16le plain.txt >> wide.txt
printf '\376\377' > big.txt; iconv -f utf-8 -t utf-16be plain.txt >> big.txt
iconv -f utf-8 -t utf-16le plain.txt > bare.txt
iconv -f utf-8 -t windows-1252 plain.txt > win.txt
for f in plain wide big bare win; do detente read $f.txt -q > $f.jsonl; done
python3 - <<'END'
import json
codes = {"plain": "utf-8", "wide": "utf-16-le", "big": "utf-16-be", "bare": "utf-16-le", "win": "cp1252"}
told = []
for name, code in codes.items():
    text = open(name + ".txt", "rb").read()
    rows = [json.loads(line) for line in open(name + ".jsonl")]
    told.append([(r["type"], r["date_text"], text[slice(*r["sentence"])].decode(code)) for r in rows if r["kind"] == "event"])
print(all(t == told[0] for t in told), told[0])
END
detente read - -q < wide.txt | grep -c '"kind":"event"'
# The ledger keeps words, not bytes of UTF-16 or tags.
printf '<html><body><p>Rebels <b>shelled</b> the town on 3&nbsp;May&nbsp;2021 &amp; left.</p><table><tr><th>Killed</th><td>Wounded</td></tr></table></body></html>' > page.html
detente read wide.txt page.html --ledger l.db -q > /dev/null
detente read --ledger l.db --export sentences | cut -d, -f4-
detente read page.html -q | python3 -c 'import json, sys; print([(r["type"], r["date_text"]) for r in map(json.loads, sys.stdin) if r["kind"] == "event"])'
# A text is read once.
cp plain.txt copy.txt
detente read plain.txt plain.txt copy.txt wide.txt -o twice.jsonl
cut -d, -f2 twice.jsonl | sort | uniq -d | wc -l
grep -o '"doc":"[a-z.]*"' twice.jsonl | sort -u
# Each line that is wrong is told once; a byte order mark before JSON is none of it.
printf '\357\273\277{"doc": "x", "text": "Rebels shelled the town."}\nnonsense\n{"x": 1}\n' | detente read - | grep -c '"doc":"x"'
# A ledger that is none: the input is wrong (3), not the disk (4).
detente read plain.txt --ledger data/tank.mdl -q; echo "= $?"
detente simulate data/tank.mdl > /dev/null && echo as it was
