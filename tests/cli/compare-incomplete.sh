# A disk that fills up while files are written (a limit on their size does the same): no manifest is left, and
# the message says which files stand there.
detente compare data/case --runs 40 --out whole -q > /dev/null
(ulimit -f 1; trap '' XFSZ; detente compare data/case --runs 40 --out none -q 2> said > /dev/null; echo "= $?")
tail -n 1 said
ls none | sort > there
for f in $(cat there); do cmp none/$f whole/$f; done
wc -l < there
# over an earlier command's files: those that could not be written stay, its manifest does not
detente compare data/case --runs 30 --out old -q > /dev/null
cp old/report.html before.html
(ulimit -f 1; trap '' XFSZ; detente compare data/case --runs 40 --out old -q 2> said > /dev/null; echo "= $?")
tail -n 1 said
cmp before.html old/report.html && ls old | grep -E 'manifest|part' | wc -l
# where none could be written, the earlier command's files are all there, its manifest too
detente compare data/case --runs 30 --out kept -q > /dev/null
cp -r kept before
(ulimit -f 0; trap '' XFSZ; detente compare data/case --runs 40 --out kept -q 2>&1 > /dev/null; echo "= $?") | tail -n 2
diff -r before kept && echo kept
