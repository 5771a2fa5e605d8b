# Documents to records: files, folders, streams; the same for any number of threads; a ledger that adds a document once.
mkdir docs
cat > docs/a.txt <<'END'
The strike led to protests. The ministry said the closure would reduce trade because trucks cannot pass.
The government should reopen the border. The army did not attack the village. Rebels killed 12 soldiers on 3 May 2021.
END
printf '<html><body><h1>News</h1><p>The drought caused hunger.</p></body></html>' > docs/b.html
echo 'not a document' > docs/c.dat
detente read docs -j 1 --least 0.2 -o one.jsonl
detente read docs -j 3 --least 0.2 > three.jsonl
cmp one.jsonl three.jsonl && echo the same for any number of threads
grep -o '"kind":"[a-z]*"' one.jsonl | sort -u
grep -o '"doc":"[^"]*"' one.jsonl | sort -u
python3 - <<'END'
import json
text = open("docs/a.txt").read()
for line in open("one.jsonl"):
    r = json.loads(line)
    if r["kind"] == "claim" and r["doc"] == "a.txt" and "protests" in text[slice(*r["effect_span"])]:
        print(text[slice(*r["cause_span"])], r["polarity"], text[slice(*r["effect_span"])])
    if r["kind"] == "event" and r["fatalities"]:
        print(r["type"], r["source"], r["target"], r["date"], r["fatalities"]["min"], r["modality"])
END
python3 -c 'import json; [print(json.dumps({"doc": n, "text": open("docs/" + n).read()})) for n in ("a.txt", "b.html")]' > docs.jsonl
detente read - --least 0.2 < docs.jsonl | cmp - one.jsonl && echo a stream gives the same
detente read docs --ledger l.db -o /dev/null
detente read docs --ledger l.db -o /dev/null
# Figures that contradict each other stand side by side, each with its claimant; the same ledger gives the same table.
mkdir war
echo 'Kabul said on 12 October 2025 that Pakistani forces killed 9 Afghan soldiers on 11 October 2025.' > war/a.txt
echo 'According to the United Nations, Pakistan killed 37 Afghan soldiers on 11 October 2025. No soldiers were killed in June 2025.' > war/b.txt
detente read war --ledger w.db -q -o /dev/null
detente read --ledger w.db --export figures
detente read --ledger w.db --export weekly_events -o weekly.csv && head -1 weekly.csv
detente read --ledger w.db --export event_groups
detente read --ledger w.db --export weekly_deaths
detente read --ledger w.db --export records | grep -c '"kind":"event"'
detente read war/b.txt war/a.txt --ledger v.db -q -o /dev/null
detente read --ledger v.db --export weekly_events | cmp - weekly.csv && echo in any order
# A name that is not UTF-8 is written with %XX.
mkdir names && echo 'Rebels killed 12 soldiers on 3 May 2021.' > "names/$(printf 'n\377')%.txt"
detente read names -q | grep -o '"doc":[^,]*'
# A document of more than 128 kB is read in parts.
python3 -c 'print("Northland said on 3 May 2021 that rebels killed 12 soldiers.\n\n" + "The road was long and the weather was fair, and the trees beside it had lost their leaves some weeks before. " * 1299)' > large.txt
detente read large.txt --ledger large.db -q -o large.jsonl
detente read docs large.txt -j 3 -q | grep '"doc":"large' | cmp - large.jsonl
echo "a large document, read in parts: $(detente read --ledger large.db --export sentences | tail -n +2 | wc -l) $(grep -c '"kind":"event"' large.jsonl) $(detente read --ledger large.db --export events | grep -c ASSAULT)"
detente read --ledger w.db --export weeks -q; echo "= $?"
detente read --export events; echo "= $?"
detente read; echo "= $?"
