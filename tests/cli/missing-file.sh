detente simulate data/none.mdl
