# Elements by name, lookups left out; every form of table; --save of an array is all of it.
detente simulate data/pair.mdl --save 'people,births[south]'
detente simulate data/pair.mdl --save 'people[north],all people' -f tsv
detente simulate data/pair.mdl --save 'people[north]' -f json
detente simulate data/pair.mdl --save 'people[North],birth rate' -f jsonl -p 'initial people[south]=0' --stop 1
