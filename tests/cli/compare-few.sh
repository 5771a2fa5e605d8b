# Few futures: nothing is said to be better, and an answer that few drew turns no sign. Intervals are Student's.
answer() { detente compare data/case --runs $1 --out $1 -q | sed -n '/^Under/,/^Better/p'; }
answer 2
answer 29 | grep -cE 'Holds up|Worse on|Not told|turns the sign|clearly'
answer 40 | sed -n '/Holds/p;/Decides/,/run more/p'
python3 - <<'END'
import csv, json
for row in csv.DictReader(open('2/paired.csv')):  # half the distance of two values times t of 1
    p05, p95, low, high = (float(row[k]) for k in ('p05', 'p95', 'low', 'high'))
    print(abs((high - low) / 2 - 12.706204736174707 * (p95 - p05) / 0.9 / 2) < 1e-9 * (high - low))
for n in 29, 40:
    page = open(f'{n}/report.html').read()
    data = json.loads(page.split(' id="data">')[1].split('</script>')[0])
    print(n, [pair and pair['verdict'] for profile in data['paired'] for pair in profile])
END
detente compare data/case --runs 1 --out 1 -q > /dev/null
cut -d, -f7,12- 1/paired.csv
