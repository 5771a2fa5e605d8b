# Slips that users make, ten and more in each format: every message names file, line and column, and a way out.
for model in data/slips/*; do
    echo "$model"
    detente check "$model"
done
