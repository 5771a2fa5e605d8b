# Names with quotes inside: Stella writes them as they are, in quotes only what begins with one. Both ways.
cat > model.mdl <<'EOF'
{UTF-8}
"age \"x\" y" = 1 ~~|
"\"b\" c" = "age \"x\" y" + 1 ~~|
"\"d\"" = "\"b\" c" * 2 ~~|
"e\"" = "\"d\"" + "\"f" ~~|
"\"f" = 3 ~~|
S: "o\"ne", two ~~|
v["o\"ne"] = 5 ~~|
v[two] = 6 ~~|
w = SUM(v[S!]) + v["o\"ne"] ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 0 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|
EOF
detente convert model.mdl out.xmile -q && grep -E '<(aux|elem) ' out.xmile
detente simulate out.xmile -q
detente convert out.xmile back.mdl -q && detente simulate back.mdl -q
