# A sheet that is not there: data over time are missing, or what --data gives; constants are an error.
detente simulate data/flood-data.mdl --save level
echo "exit $?"
detente simulate data/flood-data.mdl --save level --data data/flood.csv
detente simulate data/flood.mdl --data data/flood.csv
echo "exit $?"
