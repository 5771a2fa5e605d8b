# What an author denies, or only reports, supports no answer: neither by claims nor by words of answers.
printf 'tension\t+\ttension\ntime\t+\ttime|patience\n' > data/case/vocabulary.tsv
printf 'H1=long\t+\ttension last|persist long|year\nH1=long\t+\ttime|patience raise|cause|lower|reduce tension\n' > data/case/cues.tsv
mkdir data/case/documents
hear() {
  echo "$1" > data/case/documents/one.txt
  echo "= $1"; detente views data/case --documents data/case/documents/one.txt -v | grep -E '^ *(For|Against) "|says|rules out|[+-].*: "' | sed 's/: ".*//'
}
hear 'It is often claimed that time raises tension. The figures do not support this.'
hear 'In the capital they say that time raises tension. I do not believe it.'
hear 'The fear that time raises tension is a myth.'
hear 'Those who claim that time raises tension have never lived on the river.'
hear 'There is no evidence that time raises tension.'
hear 'No time ever reduced tension.'
hear 'I have never seen a time that reduced tension.'
hear 'Officials say that time raises tension. The record says the opposite.'
hear 'Officials say that time raises tension. There is no evidence for this.'
hear 'Officials say that time raises tension. The figures support this.'
hear 'Officials say that time raises tension. Norland denies it.'
hear 'Time, some say, raises tension; in truth patience lowers tension.'
hear 'Time raises tension. The figures support this.'
# A need that does something is no call for it; two acts of one sentence have a direction each; what holds something back
# holds no opinion; who was sent home is gone.
printf 'patrols\t+\tpatrol\nraids\t+\traid\n' > data/case/vocabulary.tsv
tell() {
  echo "= $1"; echo "$1" > a.txt
  detente read a.txt --case data/case -q --least 0.4 | python3 -c '
import json, sys
for r in map(json.loads, sys.stdin):
    if r["kind"] == "recommendation":
        print("advice", r["direction"])
    elif r["kind"] == "claim" and r["cause"] and r["effect"]:
        print(r["cause"], r["polarity"], r["effect"], r["attributed_to"])'
}
tell 'It is the need for power that makes the town keep water back.'
tell 'The need for power drives the dam.'
tell 'There is a need for talks.'
tell 'The city should stop threatening the drivers and offer them six percent.'
tell 'It should not call in the army to drive the trams.'
tell 'When the patrols were sent home, the raids came back within weeks.'
tell 'When the king broke off the patrols in May, the raids resumed.'
# Signs between the words beside those between concepts: what is no order is a rise of tension, in other words.
printf 'tension\t-\torder\ntension\t+\ttension\npatrols\t+\tpatrol\n' > data/case/vocabulary.tsv
both() {
  echo "$1" > a.txt
  detente read a.txt --case data/case -q | python3 -c '
import json, sys
text = open("a.txt").read()
for r in map(json.loads, sys.stdin):
    if r["kind"] == "claim":
        print(r["cause"], r["polarity"], r["effect"], "|", text[slice(*r["cause_span"])], r["words_polarity"],
              text[slice(*r["effect_span"])])'
}
both 'Patrols restore order.'
both 'Fewer patrols would restore order.'
both 'Patrols reduce thefts.'
