# What a folder holds and cannot be read is named with the system's reason, and the rest is read: links that lead nowhere,
# a pipe nobody writes to, files of other programs, even where all their bytes are ASCII.
mkdir -p docs/sub
echo 'Rebels killed nine farmers on 3 May 2021.' > docs/a.txt
echo 'Rebels killed two farmers on 4 May 2021.' > docs/sub/z.txt
mkfifo docs/pipe.txt
ln -s nowhere docs/dead.txt
ln -s ring.txt docs/ring.txt
printf '%%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n(Rebels killed nine farmers.) Tj\n%%%%EOF\n' > docs/paper.txt
printf '{\\rtf1\\ansi Rebels killed nine farmers.}\n' > docs/letter.txt
printf 'PK\003\004 word/document.xml Rebels killed nine farmers.\n' > docs/office.txt
detente read docs nowhere -o out.jsonl; echo "= $?"
grep -o '"doc":"[^"]*"' out.jsonl | sort -u
# So it is of folders; one alone that cannot be read is told once.
detente read none.txt docs/sub -o out.jsonl; echo "= $?"
grep -o '"doc":"[^"]*"' out.jsonl | sort -u
# A document named by hand may come through a pipe.
mkfifo pipe; cat docs/a.txt > pipe &
detente read pipe | grep -c '"kind":"event"'
