# More than 1 % of the runs non-finite: the table all the same, exit status 1.
detente ensemble data/root.mdl --runs 10 --save level | tail -2
exit "${PIPESTATUS[0]}"
