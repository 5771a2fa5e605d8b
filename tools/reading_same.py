"""Figures of grouping (for tools/reading.py): pairs of sentences, of two documents, that tell one event or not.

The rules of grouping were set on tests/reader/events-same-dev.jsonl, its weights learned on that and
events-same-train.jsonl (tools/train_same.py). events-same.jsonl was annotated before the program
was run on it and nothing was set on it, but whoever wrote the rules has read its sentences: not an unseen set. A pair counts as one event where the ledger has a mention of each sentence in one group."""
import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile

FOLDER = os.path.join(os.path.dirname(__file__), "..", "tests", "reader")


def run(program, *args, **kwargs):
    return subprocess.run([program, "read", *args], check=True, capture_output=True, text=True, **kwargs).stdout


def pairs_of(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def make_case(folder):
    """A case of the actors that the sentences name."""
    shutil.copy(os.path.join(FOLDER, "actors.tsv"), folder)
    open(os.path.join(folder, "case.yaml"), "w").close()
    return folder


def read_documents(program, case, documents, ledger):
    """All of them in a new ledger."""
    if os.path.exists(ledger):
        os.remove(ledger)
    run(program, "-", "--case", case, "--ledger", ledger, "-q", "-o", os.devnull,
        input="".join(json.dumps(d) + "\n" for d in documents))


def read_pair(program, case, pair, folder):
    read_documents(program, case, [{"doc": x, "text": pair[x], "date": pair["date_" + x]} for x in "ab"],
                   os.path.join(folder, "pair.db"))


def mentions(program, pair, folder):
    """What each sentence tells as fact."""
    ledger = os.path.join(folder, "pair.db")
    names = {d["hash"]: d["name"] for d in csv.DictReader(io.StringIO(run(program, "--ledger", ledger, "--export", "documents")))}
    found = {"a": [], "b": []}
    for e in csv.DictReader(io.StringIO(run(program, "--ledger", ledger, "--export", "events"))):
        if e["event_group"]:
            name = names[e["document"]]
            found[name].append(dict(e, sentence=pair[name], told=pair["date_" + name]))
    return found["a"], found["b"]


def same(program, case, pair, folder):
    read_pair(program, case, pair, folder)
    a, b = mentions(program, pair, folder)
    return bool({e["event_group"] for e in a} & {e["event_group"] for e in b})


def report_set(program, name, half):
    with tempfile.TemporaryDirectory() as folder:
        make_case(folder)
        pairs = pairs_of(name)
        found = [same(program, folder, p, folder) for p in pairs]
    right = sum(f and p["same"] for f, p in zip(found, pairs))
    n_same = sum(p["same"] for p in pairs)
    print("%-34s %-8s precision %.2f (%d of %d)  recall %.2f (%d of %d)" % (
        "one event or two", half, right / max(1, sum(found)), right, sum(found), right / max(1, n_same), right, n_same))
    return [i for i, (f, p) in enumerate(zip(found, pairs)) if f != p["same"]]


def weeks_of(program, case, documents, folder):
    """{Monday: [least, most] dead of that week}; None: a figure leaves it open."""
    ledger = os.path.join(folder, "weeks.db")
    read_documents(program, case, [dict(d, doc=str(i)) for i, d in enumerate(documents)], ledger)
    weeks = {}
    for row in csv.DictReader(io.StringIO(run(program, "--ledger", ledger, "--export", "weekly_deaths"))):
        weeks.setdefault(row["week"], []).append((row["killed_least"], row["killed_most"]))
    return {week: [sum(map(float, bound)) if all(bound) else None for bound in zip(*rows)]
            for week, rows in weeks.items()}


def report_weeks(program, name, half):
    with tempfile.TemporaryDirectory() as folder:
        make_case(folder)
        corpora = pairs_of(name)
        found = [weeks_of(program, folder, c["documents"], folder) for c in corpora]
    right = sum(f == c["weeks"] for f, c in zip(found, corpora))
    print("%-34s %-8s %d of %d right" % ("weeks' dead of small corpora", half, right, len(corpora)))
    return [i for i, (f, c) in enumerate(zip(found, corpora)) if f != c["weeks"]]


def report(program):
    report_set(program, "events-same-dev.jsonl", "written")
    report_set(program, "events-same-train.jsonl", "trained")
    report_set(program, "events-same-dev2.jsonl", "trained")
    report_set(program, "events-same-dev3.jsonl", "written")
    report_set(program, "events-same.jsonl", "other")
    report_weeks(program, "weekly.jsonl", "written")


if __name__ == "__main__":
    report(sys.argv[1])
