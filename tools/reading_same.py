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


def read_pair(program, case, pair, folder):
    """Both sentences in a new ledger."""
    ledger = os.path.join(folder, "pair.db")
    if os.path.exists(ledger):
        os.remove(ledger)
    lines = "".join(json.dumps({"doc": x, "text": pair[x], "date": pair["date_" + x]}) + "\n" for x in "ab")
    run(program, "-", "--case", case, "--ledger", ledger, "-q", "-o", os.devnull, input=lines)


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


def report(program):
    report_set(program, "events-same-dev.jsonl", "written")
    report_set(program, "events-same-train.jsonl", "trained")
    report_set(program, "events-same-dev2.jsonl", "trained")
    report_set(program, "events-same.jsonl", "other")


if __name__ == "__main__":
    report(sys.argv[1])
