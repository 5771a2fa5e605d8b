# Values over time from a file, for a run, a check, a conversion to C; a file that is not there; a case.
detente simulate data/rain.mdl --data data/rain.csv
detente check data/rain.mdl --data data/rain.csv
detente check data/rain.mdl
echo "exit $?"
detente simulate data/rain.mdl --data data/none.csv
echo "exit $?"
detente simulate data/case --data data/rain.csv
echo "exit $?"
detente convert data/rain.mdl rain.c --data data/rain.csv && grep -c 'rain' rain.c >/dev/null && echo converted
