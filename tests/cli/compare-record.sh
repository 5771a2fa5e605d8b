# Recorded interventions end with the decision: decided within the record, or with it made that short,
# the same figures; and other ones than where the record lasts.
cp -r data/case case
sed -i 's/^  unit: week$/&\n  record_ends: record ends/' case/case.yaml
sed -i 's/^strikes = 1$/record ends = 8 ~ Week ~ Recorded until then. |\nstrikes = IF THEN ELSE(Time < record ends, 3, 1)/' case/model.mdl
compare() { detente compare case --runs 40 -q -f csv --policy restraint "$@"; }
compare --decide-on 2024-01-29 > short.csv
compare --decide-on 2024-01-29 --set 'record ends=4' > set.csv
compare > whole.csv
sed -i 's/^record ends = 8/record ends = 4/' case/model.mdl
compare --decide-on 2024-01-29 > model.csv
cmp short.csv model.csv && cmp short.csv set.csv && echo same
cmp -s short.csv whole.csv || echo other
grep -c reference short.csv
