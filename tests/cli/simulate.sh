# Exact bytes: every number here is exact in binary.
detente simulate data/tank.mdl
