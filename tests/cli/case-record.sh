# What `record_ends` names is set to the date of an earlier decision: it has to be a constant, of time, that no course rules.
sed -i 's/^strikes = 1$/record ends = 8 ~ Week ~ Recorded until then. |\nstrikes = IF THEN ELSE(Time < record ends, 3, 1)/' data/case/model.mdl
for name in 'recrd ends' 'cumulative deaths' tension strikes 'cooling time' 'effect of strikes' 'TIME STEP' 'Record Ends'; do
    rm -rf case; cp -r data/case case
    sed -i "s/^  unit: week\$/&\n  record_ends: $name/" case/case.yaml
    echo "$name"; detente check case --static 2>&1 > /dev/null | grep error
done
detente compare case --runs 10 -q --decide-on 2024-01-29 > /dev/null 2>&1; echo "= $?"
sed -i 's/record_ends: .*/record_ends: cumulative deaths/' case/case.yaml
detente compare case --runs 10 -q 2>&1 > /dev/null | grep error
