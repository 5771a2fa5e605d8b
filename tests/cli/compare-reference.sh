# What the reference is, and where a listed profile has gone that is the same: in the table, the page and the manifest.
compare() { detente compare case --runs 30 --out out "$@" 2>/dev/null | sed -n '/^The reference\|seed 1/,/^$/p'; }
said() { grep -o '"reference": "[^"]*"' out/manifest.json; grep -c 'it is among the profiles asked for' out/report.html; }
cp -r data/case case
compare; said
sed -i 's/^reference: {}/reference: {north: restraint}/' case/case.yaml
compare; said
compare --policy deter; said
compare --reference deter --policy restraint; said
true
