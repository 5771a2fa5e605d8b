# What the command line may give a value, as in a case's file: constants alone, none that a course rules; a word where a
# hypothesis would set it. In a model anything may be held, and what then does not count is told.
told() { echo "# $*"; "$@" 2>&1 >/dev/null; echo "exit $?"; }
for held in tension=5 provocation=5 strikes=5 'cooling time=7' 'effect of strikes=0.5'; do
  told detente compare data/case --runs 10 --set "$held"
  told detente simulate data/case --set "$held"
done
told detente ensemble data/case --runs 10 --save tension --vary 'provocation=uniform(1,2)'
told detente ensemble data/case --runs 10 --save tension --vary 'Cooling_Time=uniform(5,6)'
printf 'strikes\n1\n2\n' > design.csv
told detente ensemble data/case --save tension --design file:design.csv
told detente ensemble data/tank.mdl --runs 4 --save level --vary 'outflow=uniform(0,1)' --vary 'drain rate=fixed(0.2)'
told detente simulate data/tank.mdl --set outflow=1 --set level=3
# where a course rules what the case sets or draws, the case says so
cp -r data/case case
sed -i 's/sets: {cooling time: 5}/sets: {strikes: 2}/; s/- name: effect of strikes/- name: strikes/; s|Point/Strike|Strike/Week|' case/case.yaml
told detente check case --static
