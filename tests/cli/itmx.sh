# A file as isee's programs wrote it before the standard (XMILE's draft of 2013: its own namespace, the
# variables straight below <model>, <smile>, \n in names, points with a separator of their own). By
# hand: 100 + (25 - 10) / 2 hares; 4 stand on two steps of the conveyor, so 4 a month come off at first.
detente simulate data/older.itmx -q --save 'Hares Alive,Deaths of Hares,Share,On the Way,arriving' | head -4
detente convert data/older.itmx older.xmile -q
detente simulate data/older.itmx -q >before.csv
detente simulate older.xmile >after.csv
cmp before.csv after.csv && echo "the same numbers"
