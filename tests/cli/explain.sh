detente explain data/tank.mdl outflow
detente explain data/tank.mdl outflow > a.txt
detente explain data/tank.mdl outflow -o b.txt && cmp a.txt b.txt && echo the same in a file
detente explain data/tank.mdl outflow -f json -o c.json && grep -c equation c.json
detente check data/tank.mdl -o nowhere 2>&1 | tail -1; test ! -e nowhere
