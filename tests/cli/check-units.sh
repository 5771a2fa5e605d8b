# A week and a month are no two names of one unit, whatever the model calls the rest; a car and an auto may be.
printf 'weekly = 3 ~ Person/Week ~|\nmonthly = weekly ~ Persons/Months ~ :SUPPLEMENTARY:|
cars = 2 ~ Car ~|\nautos = cars ~ Auto ~ ~ :SUPPLEMENTARY:|
INITIAL TIME = 0 ~ Week ~| FINAL TIME = 1 ~ Week ~| TIME STEP = 1 ~ Week ~| SAVEPER = 1 ~ Week ~|\n' > m.mdl
detente check m.mdl 2>&1 | grep -A1 W301
