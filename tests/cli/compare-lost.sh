# A course that loses futures which the reference keeps does not hold up by the others, and the answer says how many it lost.
sed -i 's/^strikes = 1$/one strike = 1 ~ Strike\/Week ~ |\nlast week = 15 ~ Week ~ |\nlong = 20 ~ Week ~ |\nscale = 1 ~ Week ~ |\nstrikes = 1/' data/case/model.mdl
rule() { sed "s|^          strikes = 0\$|          strikes = $1|" data/case/case.yaml > case.yaml; cp case.yaml "data/$2.yaml"; rm -rf "$2"; cp -r data/case "$2"; cp case.yaml "$2"; }
rule '0 * one strike * scale / (cooling time - long)' some
detente compare some --runs 200 --policy restraint --view prior,H1=long,H1=short -q --out o 2> e.txt > a.txt; echo "= $?"; cat a.txt | tr -s ' \n' ' ' > t.txt
grep -oE '[0-9]+ of 200 have a value under every course[^;.]*' t.txt
grep -oE '(Holds up|No verdict|Not told)[^.]*\.' t.txt
grep -oE 'same 200 futures; [^.]*\.' o/report.html | sed 's/<[^>]*>//g'
rule 'IF THEN ELSE(Time > last week, :NA:, one strike)' never
detente compare never --runs 200 --policy restraint -q > n.txt 2> e.txt; echo "= $?"
tr -s ' \n' ' ' < n.txt | grep -oE '(Holds up|No verdict|Not told)[^.]*\.'
# The page says so of every view, and beside the criteria.
sed 's/<[^>]*>//g; s/&#39;/"/g' o/report.html | grep -oE 'View [^ ]*: (no run|[0-9]+ of 200 runs)|value, and say nothing of the others.*' 
