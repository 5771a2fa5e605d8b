# Warnings are shown, -q leaves errors only.
detente simulate data/units.mdl --save inflow --stop 0 -q
detente check data/units.mdl -q
detente simulate data/broken.mdl -q
