# The table is complete all the same, and the first such value is named with its time.
detente simulate data/root.mdl --save level,inflow
