# Bad input: file, line, column, code, and what to do; the exit status is 3.
for model in broken.mdl cut.xmile circle.mdl; do
    detente simulate data/$model
    echo "= $?"
done
