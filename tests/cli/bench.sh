# Figures differ from run to run; their names, order and signs do not.
detente bench data/tank.mdl -j 2 -f json | sed -E 's/-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?|null/N/g'
detente bench data/tank.mdl --backend interp -j 2 | sed -E 's/[0-9]+(\.[0-9]+)?/N/g; s/ +/ /g' |
  sed -n '1p;5p'
detente bench data/tank.mdl -j 1 | sed -nE 's/[0-9]+(\.[0-9]+)?/N/g; s/ +/ /g; /^ratio/p'
detente bench data/case -j 1 -f json | grep -cE '"runs_per_s":[0-9.]+,"ns_per_variable_step":[0-9.]+'
detente bench data/tank.mdl -f csv 2>&1 | head -1
detente bench missing.mdl 2> /dev/null
echo $?
detente bench data/tank.mdl --isa sse2 -j 1 | sed -n '1s/[0-9][0-9]*/N/g;1p'
detente bench data/tank.mdl --isa mmx 2>&1 | head -1
# one thread has nothing to scale to
detente bench data/tank.mdl -j 1 | grep -c -e scaling -e threads
:
