# What rounding makes of figures decides nothing: a difference that is the same in every future has no input that decides it,
# 2 % of the reference counts as 2 %, and an interval of shares is not upside down.
cat > model.mdl <<'END'
{UTF-8}
attacks = base attacks * aggression - restraint credit ~ Attack/Week ~ |
base attacks = 10 ~ Attack/Week ~ |
aggression = 1 ~ Dmnl ~ |
restraint credit = 0 ~ Attack/Week ~ |
lethality = 2 ~ Persons/Attack ~ |
deaths = INTEG(attacks * lethality, 0) ~ Persons ~ |
refugees = INTEG(attacks * flight - refugees * return rate, 100) ~ Persons ~ |
flight = 5 ~ Persons/Attack ~ |
return rate = 0.1 ~ 1/Week ~ |
INITIAL TIME = 0 ~ Week ~ |
FINAL TIME = 52 ~ Week ~ |
TIME STEP = 1 ~ Week ~ |
SAVEPER = 1 ~ Week ~ |
END
cat > case.yaml <<'END'
detente: 1
id: coast
title: Coast
summary: A coast.
model: model.mdl
time: {unit: week, start: 2025-01-06, decide_on: 2025-03-31, until: 2025-06-23, save_every: 4}
actors:
  - id: state
    name: The state
    courses:
      - {id: talks, name: Talks, source: assumption, rules: "restraint credit = 4 ~ Attack/Week ~ Fewer. |"}
      - {id: worse, name: Worse, source: assumption, rules: "restraint credit = -0.2 ~ Attack/Week ~ More. |"}
profiles: [{state: talks}, {state: worse}]
hypotheses:
  - id: H1
    question: How many attack?
    answers:
      - {id: few, name: Few, prior: 0.3, sets: {aggression: 0.9}, source: assumption}
      - {id: many, name: Many, prior: 0.7, sets: {aggression: 1.1}, source: assumption}
outcomes:
  - {id: deaths, name: People killed, variable: deaths, unit: Persons, measure: since_decision, series: increment, direction: lower, group: human_cost}
  - {id: refugees, name: Refugees, variable: refugees, unit: Persons, measure: mean_after, series: level, direction: lower, group: human_cost}
END
detente compare . --runs 100 -q --policy talks --out o | tr -s ' \n' ' ' | grep -o 'decides most\|No hypothesis and no parameter alone'
cat o/sensitivity.csv
grep share_better o/robustness.csv | awk -F, '$5 > $4 || $4 > $6 { print "upside down: " $0 }'
detente compare . --runs 60 -q --policy worse --set aggression=1 | grep -o 'Worse on some cost: "Worse" (People killed +2 %'
