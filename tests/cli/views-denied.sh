# What an author denies, or only reports, supports no answer: neither by claims nor by words of answers.
printf 'tension\t+\ttension\ntime\t+\ttime|patience\n' > data/case/vocabulary.tsv
printf 'H1=long\t+\ttension last|persist long|year\nH1=long\t+\ttime|patience raise|cause|lower|reduce tension\n' > data/case/cues.tsv
mkdir data/case/documents
hear() {
  echo "$1" > data/case/documents/one.txt
  echo "= $1"; detente views data/case --documents data/case/documents/one.txt -v | grep -E '^ *For "|says|[+-].*: "' | sed 's/: ".*//'
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
