# What of a folder is no document, what is empty, what is in another language and what has another's name is told.
mkdir -p docs
echo 'Rebels killed nine farmers on 3 May 2021.' > docs/a.txt
: > docs/empty.txt
printf '\n \n' > docs/blank.txt
echo '# notes' > docs/notes.md
echo 'x' > docs/table.csv
echo 'Die Regierung hat am Montag mitgeteilt, dass neun Menschen bei einem Angriff ums Leben kamen und drei Soldaten verletzt wurden. Das Dorf wurde geräumt, sagte ein Sprecher der Polizei, der seinen Namen nicht nennen wollte.' > docs/german.txt
detente read docs -o docs.jsonl; echo "= $?"
grep -c . docs.jsonl
# English headlines are English.
echo 'Car bomb kills five in market after raid. Army seizes town near border. Rebels free twelve hostages. Police arrest three men over blast. Minister visits camp, promises aid. Talks resume in capital after months of silence. Floods cut road to port.' > headlines.txt
detente read headlines.txt -o h.jsonl; echo "= $?"
# A number may be a document's name; nothing else but a text may.
printf '%s\n' '{"doc": 7, "text": "Rebels killed nine farmers."}' '{"doc": "a", "text": "Rebels killed two farmers."}' \
  '{"doc": "a", "text": "Rebels killed three farmers."}' '{"doc": null, "text": "Rebels killed four farmers."}' \
  '{"doc": true, "text": "Rebels killed five farmers."}' | detente read - > names.jsonl; echo "= $?"
grep -o '"doc":"[^"]*"' names.jsonl | sort -u
# A folder that links lead back into is read once, and what lies too deep is named and the rest is read.
mkdir -p round/sub && echo 'Rebels killed four farmers on 4 May 2021.' > round/sub/b.txt
ln -s ../../round round/sub/back && ln -s sub round/other && ln -s . round/self
detente read round -o round.jsonl; echo "= $?"
grep -o '"doc":"[^"]*"' round.jsonl | sort -u
deep=deep; for i in $(seq 40); do deep=$deep/d; done
mkdir -p $deep && echo 'Rebels killed five farmers on 5 May 2021.' > $deep/c.txt && cp round/sub/b.txt deep/e.txt
detente read deep -o deep.jsonl; echo "= $?"
grep -o '"doc":"[^"]*"' deep.jsonl | sort -u
