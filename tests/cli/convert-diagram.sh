# A diagram whose variables have causes and no equations: there and back.
cat > loop.mdl <<'END'
Capital = A FUNCTION OF(Investment, -Discards) ~~|
Tax = A FUNCTION OF( ) ~~|
Discards = A FUNCTION OF(Capital) ~~|
Investment = A FUNCTION OF(Capital, Tax) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 10 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
END
detente convert loop.mdl loop.xmile
grep -o '<aux.*\|<eqn>.*' loop.xmile
detente convert loop.xmile back.mdl
grep FUNCTION back.mdl
detente check back.mdl 2>&1 | tail -2
