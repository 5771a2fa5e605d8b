# What cannot be written is listed and counted; the file that stood there stays.
cat > model.mdl <<'END'
INITIAL TIME = 0 ~~|
FINAL TIME = IF THEN ELSE(Time > 3, 4, 50) ~~|
TIME STEP = IF THEN ELSE(Time > 1, 0.5, 1) ~~|
SAVEPER = 1 ~~|
level = INTEG(1, 0) ~~|
END
echo before > out.xmile
detente convert model.mdl out.xmile
echo "= $?"
cat out.xmile
detente convert model.mdl out.txt
echo "= $?"
detente convert nothing.mdl out.mdl
echo "= $?"
detente convert data/broken.mdl out.mdl 2>/dev/null
echo "= $?"
detente convert data/tank.mdl no/folder/out.mdl
echo "= $?"
detente convert data/tank.mdl
echo "= $?"
ls
