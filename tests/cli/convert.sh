# There and back: the same numbers, the text written anew; the C file has the model's name.
detente convert data/tank.mdl there.xmile
detente convert there.xmile back.mdl
detente convert data/tank.mdl copy.mdl
for file in there.xmile back.mdl copy.mdl; do
    detente simulate "$file" --save level | cmp - <(detente simulate data/tank.mdl --save level) &&
        echo "$file: the same numbers"
done
grep -c '<stock name="level">' there.xmile
detente convert data/tank.xmile -v data/again.mdl 2>/dev/null && ls data/again.mdl
detente convert data/tank.mdl tank.c && grep -c 'int main' tank.c
ls *.part 2>/dev/null
true
