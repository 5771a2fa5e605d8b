# No command writes over a file that it has read, under whatever name; what stood there stays, and exit is 2.
cp data/tank.mdl m.mdl
cat > d.mdl <<'END'
x = GET DIRECT CONSTANTS('Cells.csv', ',', 'A1') ~~|
rain ~~|
y = x + rain ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 2 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
END
echo 5 > cells.csv
printf 'Time,rain\n0,1\n2,3\n' > d.csv
printf 'x\n1\n2\n' > des.csv
echo 'The closure caused unrest.' > t.txt
mkdir docs && cp t.txt docs/
ln -s m.mdl link.mdl
ln d.csv hard.csv
detente read t.txt --ledger L.db -q -o /dev/null
cp m.mdl other.mdl.part
cp -r data/case case
cat > case/vocabulary.tsv <<'END'
tension	+	tension
END
cp -r docs case/documents
cp case/chance.mdl case/paired.csv
sed -i 's/chance\.mdl/paired.csv/' case/case.yaml
rm case/chance.mdl
mkdir told
files() { find . -type f -not -path './bin/*' -not -path './told/*' -exec md5sum {} + | sort; }
files > told/before
refused() {
    detente "$@" > told/out 2> told/err
    rc=$?
    if [ $rc != 2 ] || ! grep -q E708 told/err; then echo "$* = $rc" && cat told/err; fi
    files | diff told/before -
}
refused simulate m.mdl -o m.mdl
refused simulate m.mdl -o link.mdl
refused simulate link.mdl -o ./m.mdl
refused simulate m.mdl -f nc -o m.mdl
refused simulate other.mdl.part -o other.mdl
refused ensemble m.mdl --runs 3 -o m.mdl
refused ensemble m.mdl --runs 3 -f nc -o m.mdl
refused explain m.mdl -o m.mdl
refused explain m.mdl --format json -o m.mdl
refused simulate d.mdl --data d.csv -o d.csv
refused simulate d.mdl --data d.csv -o hard.csv
refused simulate d.mdl --data d.csv -o cells.csv
refused ensemble d.mdl --data d.csv --design file:des.csv -o des.csv
refused convert m.mdl ./m.mdl
refused convert m.mdl link.mdl
refused read t.txt -o t.txt
refused read docs -o docs/t.txt
refused read t.txt --case case -o case/vocabulary.tsv
refused read t.txt --ledger L.db -o L.db
refused read --ledger L.db --export events -o L.db
refused views case -o case/case.yaml
refused views case --report case/documents/t.txt
refused explain case -o case/model.mdl
refused ensemble case --runs 3 -o case/paired.csv
refused compare case --runs 3 --out case
grep -A1 E708 told/err
