say() { "$@" > /dev/null; echo "= $?"; }
say detente compare data/case --policy mediate
say detente compare data/case --policy restrain
say detente compare data/case --policy 'south=restraint'
say detente compare data/case --view martian
say detente compare data/case --decide-on 2024-02-27
say detente compare data/case --decide-on 2031-01-06
say detente compare data/case --decide-on soon
say detente compare data/none
say detente simulate data/tank.mdl --policy deter
