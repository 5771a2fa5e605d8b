# What people type by mistake is told, not taken for something else.
times='INITIAL TIME=0~~|
FINAL TIME=1~~|
TIME STEP=1~~|
SAVEPER=1~~|
'
printf 'a = 0,5 ~~|\n%s' "$times" > comma.mdl
printf 'R: x,y ~~|\nQ: p,s ~~|\na[R,Q] = 1,2,9;3,4,9; ~~|\nb[R]=1,2,3~~|\nc[R,Q]=1,2;3,4;~~|\n%s' "$times" > lists.mdl
printf 'R: x,y ~~|\nQ: p,s,t ~~|\na[R,Q] = 1,2;3,4;5,6; ~~|\n%s' "$times" > rows.mdl
for f in comma lists rows; do detente simulate $f.mdl; echo "= $?"; done

printf 'R: x,y ~~|\nc[R]=1,2~~|\ne[R]=c[R]*2~~|\nS[R]=INTEG(e[R],0)~~|\n"5 \\"odd\\" ones" = 4~~|\n%s' "$times" > held.mdl
detente simulate held.mdl --set e=0 --set S=7 --save 'S[x],S[y]' | tail -1
detente simulate held.mdl --save '"5 \"odd\" ones"' | tail -1
detente simulate held.mdl --dt 1e-10; echo "= $?"
detente ensemble held.mdl --vary 'c[x]=uniform(0,1)' --set 'c[x]=3' --save 'e[x]' --runs 2 | tail -1
detente compare data/case -o -; echo "= $?"
detente simulate held.mdl --save Time; mkdir empty; detente simulate empty; echo "= $?"

# A batch of nothing but texts that were read before is not the end.
mkdir folder
for i in $(seq 10 59); do echo "Raids killed ten people." > folder/a$i.txt; done
for i in 1 2 3; do echo "Text $i. Raids killed ten people." > folder/b$i.txt; done
detente read folder -j 1 -q | grep -c '"event"'
