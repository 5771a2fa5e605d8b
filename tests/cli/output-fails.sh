# A full disk, a closed standard output, a reader that went away, a folder that is not there.
detente simulate data/tank.mdl > /dev/full; echo "= $?" >&2
detente simulate data/tank.mdl -o /dev/full; echo "= $?" >&2
detente simulate data/tank.mdl >&-; echo "= $?" >&2
detente --help >&-; echo "= $?" >&2
detente explain data/tank.mdl level > /dev/full; echo "= $?" >&2
detente check data/tank.mdl -f json > /dev/full; echo "= $?" >&2
# who reads may stop early: nothing is said, as other programs do, unless SIGPIPE is ignored
detente simulate data/tank.mdl --stop 100000 | true; echo "= ${PIPESTATUS[0]}" >&2
detente --help | true; echo "= ${PIPESTATUS[0]}" >&2
echo "The army attacked the rebels." > a.txt
detente read a.txt | true; echo "= ${PIPESTATUS[0]}" >&2
detente read a.txt --ledger l.db | true; echo "= ${PIPESTATUS[0]}" >&2
detente read --ledger l.db --export events | tail -n 1 | cut -d, -f5 >&2
(trap '' PIPE; detente simulate data/tank.mdl --stop 100000 | true; echo "= ${PIPESTATUS[0]}" >&2)
detente simulate data/tank.mdl -o nowhere/run.csv; echo "= $?" >&2
