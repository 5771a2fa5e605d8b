# A loop that a course's rule closes is told at its line of case.yaml, with the course.
sed -i 's|^          strikes = 0$|          strikes = provocation / effect of strikes|' data/case/case.yaml
detente check data/case
echo "= $?"
