# A comparison killed at any moment and gone on with ends with the bytes of one that was not.
views=prior,H1=short,H1=long
run() { detente compare data/case --view $views --runs 9000 -q "$@"; }
run -j 1 --out whole > whole.txt
ls whole | grep part
. data/kill.sh
# Killed once so much is kept; each time gone on with by another number of threads.
for bytes in 1 200000 500000; do
  kill_at KILL kill/views.part $bytes kill/manifest.json \
    detente compare data/case --view $views --runs 9000 -q -j 2 --out kill
  detente compare data/case --view $views --runs 9000 -j 3 --block 7 --resume --out kill --progress none > kill.txt 2> told.txt
  grep -q 'views.part had [0-3] of 3 views' told.txt || cat told.txt
  cmp whole.txt kill.txt && diff -r whole kill && echo the same
done
grep -q 'had [1-3] of 3' told.txt || cat told.txt # the last kill left a whole view
# What another command kept is refused and stays; without --resume it is overwritten. Half a first line is nothing.
detente compare data/case --view $views --runs 300 -q --out other > other.txt
mkdir begun && printf 'detente 0 x y z detente compare data/case --runs 9\n' > begun/views.part
cp begun/views.part kept
detente compare data/case --view $views --runs 300 -q --resume --out begun 2>&1
echo "= $?"
cmp kept begun/views.part && ls begun
detente compare data/case --view $views --runs 300 -q --out begun > begun.txt
diff -r other begun && echo begun again
rm -r begun && mkdir begun && printf 'detente 0 x' > begun/views.part
detente compare data/case --view $views --runs 300 -q --resume --out begun > begun.txt
diff -r other begun && echo begun again
# Nor is taken what was computed with other figures in a file that the model reads.
cp -r data/case fed
sed -i "s/^deaths per point = 2/deaths per point = GET DIRECT CONSTANTS('fed.csv', ',', 'B1')/" fed/model.mdl
echo deaths,2 > fed/fed.csv
kill_at KILL fed-out/views.part 500000 fed-out/manifest.json \
  detente compare fed --view $views --runs 9000 -q -j 2 --out fed-out
echo deaths,3 > fed/fed.csv
detente compare fed --view $views --runs 9000 -q --resume --out fed-out 2>&1 | grep -c 'other figures'
detente compare fed --view $views --runs 9000 -q --out fed-out > fed.txt
detente compare fed --view $views --runs 9000 -q --out fed-whole > fed-whole.txt
cmp fed-whole.txt fed.txt && diff -r fed-whole fed-out && echo other figures, begun again
detente compare data/case --resume 2>&1 | head -1
# Interrupted: it is said what is there.
kill_at INT stop/views.part 500000 stop/manifest.json \
  detente compare data/case --view prior,H1=short --runs 300000 -q -j 2 --out stop
echo "= $?"
cat kill_at.txt
