# Colour only where it is asked for, or on a terminal without NO_COLOR.
show() { sed 's/\x1b/ESC/g' | head -1; }
detente simulate data/broken.mdl 2>&1 | show
detente simulate data/broken.mdl --color always 2>&1 | show
NO_COLOR=1 detente simulate data/broken.mdl --color always 2>&1 | show
script -qec 'detente simulate data/broken.mdl' /dev/null | show
script -qec 'NO_COLOR=1 detente simulate data/broken.mdl' /dev/null | show
script -qec 'detente simulate data/broken.mdl --color never' /dev/null | show
script -qec 'TERM=dumb detente simulate data/broken.mdl' /dev/null | show
