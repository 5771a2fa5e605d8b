# A variable that is a stock for some of its elements only goes to XMILE and back with the same numbers:
# numbers as stocks that stand still, anything else beside a variable for the stocks.
cat > numbers.mdl <<'END'
fuel : coal, oil ~~|
rent[oil] = INTEG(rent[oil] + 1, 1) ~~|
rent[coal] = -5 ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 4 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
END
sed 's/-5/Time * rent[oil]/' numbers.mdl > others.mdl
for name in numbers others; do
  detente convert $name.mdl $name.xmile
  detente convert $name.xmile $name-back.mdl
  for file in $name.xmile $name-back.mdl; do
    detente simulate $file --save 'rent[coal],rent[oil]' |
      cmp - <(detente simulate $name.mdl --save 'rent[coal],rent[oil]') && echo "$file: the same numbers"
  done
  grep -c '<stock' $name.xmile
done
detente simulate others.mdl --save 'rent[coal],rent[oil]' | tail -1
