# A misspelt lever, a course that reaches nothing, recorded series that are not what their unit says: told by every command.
misspelt() { rm -rf case && cp -r data/case case && sed -i "$1" case/case.yaml; }
misspelt 's/          strikes = 0$/          strike = 0/; s/No strikes/No strike/'
detente compare case --runs 10 --policy restraint 2>&1 >/dev/null
detente simulate case --save tension --policy restraint 2>&1 >/dev/null
detente check case 2>&1 | grep -c 'strike'
misspelt 's/          strikes = 0$/          tense from = 3/; s|Strike/Week ~ None|Point ~ None|; /^regimes:/,/name: Tense/d'
detente ensemble case --runs 10 2>&1 >/dev/null
observed() {
    rm -rf case && cp -r data/case case
    printf "$1" >case/deaths.csv
    sed -i "s|Persons/Month|$2|" case/case.yaml
    detente compare case --runs 10 2>&1 >/dev/null
    echo "exit $?"
}
observed 'date,value\n2024-01-31,40\n2024-02-01,38\n' Persons/Month
observed 'date,value\n2024-01-07,40\n2024-01-14,38\n' Persons/Month
observed 'date,value\n2024-01-07,40\n2024-01-13,38\n' Persons/Week
observed 'date,value\n2024-01-07,40\n2024-01-14,38\n' Persons/Week
observed 'date,value\n2024-06-30,40\n' Persons/Year
observed 'date,value\n2024-01-31,40\n2024-02-29,38\n2024-03-31,44\n' Persons/Week
observed 'date,value\n2024-01-07,40\n2024-01-14,38\n2024-03-31,44\n' Persons/Week
observed '# nothing yet\ndate,value\n2024-01-31,-5\n' Persons/Month
observed 'date,value\n# nothing yet\n' Persons/Month
observed 'date,value\n2019-01-31,40\n2024-01-31,40\n2024-02-29,38\n2096-03-31,44\n' Persons/Month
# What the report says where nothing holds up.
detente compare data/case --runs 300 --policy deter | grep -A1 'olds up'
