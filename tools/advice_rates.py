"""Probabilities of recommendations: the rate of each rule in the annotated sets, drawn towards that of rules like it.

usage: advice_rates.py DETENTE READER [--write]

The sets are the development ones of tests/read (lines "!" are recommendations). A rule that found n, of which k were
advice, gets (k + 4 p) / (n + 4), p being the rate of its class: what must be, what is wanted, what is only said. False matches that the
rules were mended on count as found (MENDED), since texts to come have their like. Prints the calibration error that such
rates have on texts that they were not counted on (leaving out one text at a time). --write puts them into
READER/rules/advice.rules."""
import os
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
import claims_set  # noqa: E402
from logistic import calibration_error  # noqa: E402

HERE = os.path.join(os.path.dirname(__file__), "..")
SETS = ("claims-development.txt", "claims-dev2.txt", "claims-dev3.txt", "claims-dev4.txt", "claims-dev5.txt",
        "claims-dev6.txt")
# By rule: false matches of these sets that the rules leave out since they were looked at.
MENDED = {"advice-modal": 5, "advice-need": 1, "advice-need-noun": 4, "advice-need-for": 1, "advice-way": 1,
          "advice-imperative": 1, "advice-order": 1, "advice-call-for": 1}
RATE = re.compile(r"(set\s+probability )([\d.]+)")


def rules_of(text):
    return re.findall(r"^rule (\S+) advice", text, re.M)


def found(program, reader):
    """[(rule, text, was it advice)]. Which rule found a recommendation is told by numbers in place of the rates."""
    with open(os.path.join(reader, "rules", "advice.rules")) as f:
        rules = f.read()
    names, rows = rules_of(rules), []
    number = iter(range(1, len(names) + 1))
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(reader, os.path.join(folder, "reader"))
        with open(os.path.join(copy, "rules", "advice.rules"), "w") as f:
            f.write(RATE.sub(lambda m: m.group(1) + "%.3f" % (next(number) / 1000), rules))
        before = os.environ.get("DETENTE_DATA")
        os.environ["DETENTE_DATA"] = copy
        for name in SETS:
            texts = claims_set.read(os.path.join(HERE, "tests", "read", name))
            case = os.path.join(HERE, "models", "pakistan-afghanistan")
            for i, (text, sentences) in enumerate(zip(texts, claims_set.run(program, case, texts, 0, "recommendation"))):
                for s, records in zip(text["sentences"], sentences):
                    rows += [(names[round(r["probability"] * 1000) - 1], (name, i),
                              any(claims_set.covers(r["act_at"], a["act"]) for a in s["advice"])) for r in records]
        if before is None:
            del os.environ["DETENTE_DATA"]
        else:
            os.environ["DETENTE_DATA"] = before
    return rows


def class_of(rule):
    """How strong the words are; the hundred matches there are allow no finer ones."""
    return {"modal": "must", "ought": "must", "need-noun": "said", "way": "said", "imperative": "said", "order": "said"}.get(
        rule.removeprefix("advice-"), "wanted")


def rate(rule, rows):
    like = [ok for other, _, ok in rows if class_of(other) == class_of(rule)]
    own = [ok for other, _, ok in rows if other == rule]
    return (sum(own) + 4 * (sum(like) + 1) / (len(like) + 2)) / (len(own) + 4)


def report(program, reader):
    rows = found(program, reader)
    mended = [(rule, ("mended", i), False) for rule, n in sorted(MENDED.items()) for i in range(n)]
    held = [rate(rule, [r for r in rows if r[1] != text] + mended) for rule, text, _ in rows]
    print("%-34s %-8s calibration error %.3f  n %d, %d of them advice (one text left out at a time)" % (
        "recommendations' probabilities", "all", calibration_error(held, [float(ok) for _, _, ok in rows]),
        len(rows), sum(ok for _, _, ok in rows)))
    return rows + mended


def main():
    program, reader = sys.argv[1:3]
    rows = report(program, reader)
    path = os.path.join(reader, "rules", "advice.rules")
    with open(path) as f:
        rules = f.read()
    rates = {}
    for name in rules_of(rules):
        mine = [ok for rule, _, ok in rows if rule == name]
        rates[name] = "%.2f" % rate(name, rows)
        print("  %-24s %3d of %3d  %s" % (name, sum(mine), len(mine), rates[name]))
    if "--write" in sys.argv:
        parts = re.split(r"(?=^rule )", rules, flags=re.M)
        for i, part in enumerate(parts):
            name = part.split()[1] if part.startswith("rule ") else ""
            if name in rates:
                parts[i] = RATE.sub(lambda m: m.group(1) + rates[name], part)
        with open(path, "w") as f:
            f.write("".join(parts))


if __name__ == "__main__":
    main()
