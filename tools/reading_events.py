"""Figures of events (for tools/reading.py): PLOVER's records by cross-validation, and sentences of our own in
tests/reader: events.jsonl, which the grammar was corrected on, and events-2.jsonl, which nothing was written or trained on."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
import train_events as train  # noqa: E402
from logistic import calibration_error  # noqa: E402

HELD_OUT = os.path.join(os.path.dirname(__file__), "..", "tests", "reader")
HALVES = ((0, "written"), (1, "unseen"), (None, "all"))


def f1(tp, fp, fn):
    p = tp / (tp + fp) if tp + fp else 0.0
    r = tp / (tp + fn) if tp + fn else 0.0
    return 2 * p * r / (p + r) if p + r else 0.0, p, r


def line(name, half, text):
    print("%-34s %-8s %s" % (name, half, text))


# ---- PLOVER --------------------------------------------------------------------------------------


def counts(d, found):
    """Types and pairs of one text: right, extra, missed."""
    have, want = {e["type"] for e in found}, {r["type"] for r in d["records"]}
    pairs = {(e["source"], e["target"]) for e in found if e["source"] and e["target"]}
    asked = [r for r in d["records"] if all(train.roles(r))]
    right = sum(any(train.is_pair(a, b, r) for a, b in pairs) for r in asked)
    good = sum(any(train.is_pair(a, b, r) for r in asked) for a, b in pairs)
    return ((len(have & want), len(have - want), len(want - have)),
            (right, len(pairs) - good, len(asked) - right))


def report_plover(program, reader):
    everything = train.cross_validate(train.load(program, reader))
    data = [d for d in everything if "own" not in d["records"][0]]
    for h, name in HALVES:
        totals = [[0, 0, 0], [0, 0, 0]]
        for d in data:
            if h is not None and d["half"] != h:
                continue
            for total, more in zip(totals, counts(d, [e for e in d["found"] if e["outer"]])):
                total[:] = [a + b for a, b in zip(total, more)]
        line("event types (PLOVER)", name, "F1 %.3f  precision %.3f  recall %.3f" % f1(*totals[0]))
        line("source and target (PLOVER)", name, "F1 %.3f  precision %.3f  recall %.3f  (cross-validated)"
             % f1(*totals[1]))
    events = [e for d in data for e in d["found"]]
    line("events' probabilities (PLOVER)", "all", "calibration error %.3f  n %d, %d with type, source and target right"
         % (calibration_error([e["p"] for e in events], [e["right"] for e in events]), len(events),
            sum(e["right"] for e in events)))


# ---- Held-out sentences ---------------------------------------------------------------------------


def is_same(event, gold):
    return event["type"] == gold["type"] and event["trigger"].lower() in [w.lower() for w in gold["on"]]


def match(sentence, events):
    """Each gold event with its mentions; what is nobody's mention is extra."""
    groups = [[e for e in events if is_same(e, g)] for g in sentence["events"]]
    extra = [e for e in events if not any(is_same(e, g) for g in sentence["events"])]
    return groups, extra


def best_of(mentions, field, want):
    """The first mention that has something there says it for the group, as the ledger's groups do. Codes that are as
    right as each other stand between '|'."""
    value = next((e[field] for e in mentions if e[field]), None)
    if field == "deaths":  # least, most, whose
        return bool(value) and value[:2] == want[:2] and (value[2] or "") in want[2].split("|")
    return (value or "") in want.split("|") if isinstance(want, str) else value == want


FIELDS = ("source", "target", "date", "deaths", "by")
TOLD = ("asserted", "reported")


def read_all(program, reader, sentences):
    """Events of each text, as the program finds them."""
    rows = [{"id": "s%d" % i, "text": s["text"], "date": s.get("date", "2025-10-31")} for i, s in enumerate(sentences)]
    out = subprocess.run([program, reader, "-", os.path.join(HELD_OUT, "actors.tsv")], check=True, text=True,
                         stdout=subprocess.PIPE, encoding="utf-8",
                         input="".join(json.dumps(r) + "\n" for r in rows)).stdout
    found = {}
    for row in out.splitlines():
        d = json.loads(row)
        found.setdefault(d["id"].split("#")[0], []).extend(d["events"])
    return found


def table(name):
    with open(os.path.join(HELD_OUT, name), encoding="utf-8") as f:
        rows = [row.rstrip("\n").split("\t") for row in f if not row.startswith("#")]
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def report_modality(program, reader, name, verbose=False):
    """Is what a trigger word names told as fact, denied, possible or to come? An event that is not found is told as nothing."""
    sentences = table(name)
    found = read_all(program, reader, sentences)
    n, told, n_fact, undone, exact, missed = 0, 0, 0, 0, 0, 0
    for i, s in enumerate(sentences):
        events = [e for e in found.get("s%d" % i, []) if e["trigger"].lower() in s["trigger"].split(",")]
        is_fact = s["modality"] == "fact"
        says = "".join(sorted({"fact" if e["modality"] in TOLD else e["modality"] for e in events}))
        missed += not events
        n_fact += is_fact and bool(events)
        undone += is_fact and bool(events) and says != "fact"
        n += not is_fact
        told += not is_fact and "fact" in says
        exact += says == s["modality"]
        if verbose and says != s["modality"]:
            print("%-12s %-12s %s: %s" % (s["modality"], says or "(none)", s["trigger"], s["text"]))
    line("modality, sentences of our own", "written",
         "told as facts though not %d of %d  facts told as something else %d of %d  exact %d of %d  not found %d"
         % (told, n, undone, n_fact, exact, len(sentences) - missed, missed))


def report_tolls(program, reader, name, verbose=False):
    """How many died, of whom, and who says so: what the sentence's events say, the first that says anything."""
    sentences = table(name)
    found = read_all(program, reader, sentences)
    counts, whose, by, n_by = 0, 0, 0, 0
    for i, s in enumerate(sentences):
        events = [e for e in found.get("s%d" % i, []) if e["modality"] != "denied"]
        says = next((e for e in events if e["deaths"]), None)
        want = None if s["least"] == "none" else [float(s[k]) if s[k] else None for k in ("least", "most")]
        ok = (says["deaths"][:2] if says else None) == want
        counts += ok
        who = ok and (not want or (says["deaths"][2] or "") == s["of"])
        whose += who
        n_by += bool(want and s["by"])
        by += bool(want and s["by"] and says and says["by"] == s["by"])
        if verbose and not who:
            print("TOLL", want, s["of"], says["deaths"] if says else None, s["text"])
    line("deaths, sentences of our own", "written", "least and most right %d of %d  with whose %d  who says so %d of %d"
         % (counts, len(sentences), whose, by, n_by))


def report_own(program, reader, name, half, verbose=False):
    with open(os.path.join(HELD_OUT, name), encoding="utf-8") as f:
        sentences = [json.loads(row) for row in f]
    found = read_all(program, reader, sentences)
    n_extra = n_found = n_gold = told = n_not = modality = 0
    right = {k: [0, 0] for k in FIELDS}
    for i, s in enumerate(sentences):
        groups, extra = match(s, found.get("s%d" % i, []))
        n_extra += len(extra)
        n_gold += len(groups)
        if verbose and extra:
            print(s["text"], "EXTRA", [(e["type"], e["trigger"]) for e in extra])
        for g, mentions in zip(s["events"], groups):
            if verbose and not mentions:
                print(s["text"], "MISSED", g["type"], g["on"])
            if not mentions:
                continue
            n_found += 1
            modality += mentions[0]["modality"] in g["modality"].split("|")
            if not any(m in TOLD for m in g["modality"].split("|")):
                n_not += 1
                told += any(e["modality"] in TOLD for e in mentions)
                if verbose and any(e["modality"] in TOLD for e in mentions):
                    print(s["text"], "TOLD", g)
            for k in FIELDS:
                want = g.get(k)
                if k == "date" and "date" not in g or k == "deaths" and "deaths" not in g:
                    continue
                ok = best_of(mentions, k, want)
                if verbose and not ok:
                    print(s["text"], "FIELD", k, want, [e[k] for e in mentions])
                right[k][0] += ok
                right[k][1] += 1
    p, r = n_found / max(1, n_found + n_extra), n_found / n_gold
    line("sentences of our own, events", half, "F1 %.3f  precision %.3f  recall %.3f  n %d in %d sentences"
         % (2 * p * r / max(1e-9, p + r), p, r, n_gold, len(sentences)))
    line("  of those found", half, "modality %.2f  %s  told as facts though denied, feared or "
         "to come %d of %d" % (modality / max(1, n_found),
                               "  ".join("%s %.2f of %d" % (k, a / max(1, n), n) for k, (a, n) in right.items()), told,
                               n_not))


def report(program, reader):
    report_plover(program, reader)
    report_own(program, reader, "events.jsonl", "written")
    report_own(program, reader, "events-2.jsonl", "unseen")
    report_own(program, reader, "events-3.jsonl", "unseen-3")
    report_own(program, reader, "events-4.jsonl", "unseen-4")
    report_own(program, reader, "events-5.jsonl", "written-5")
    report_own(program, reader, "events-6.jsonl", "written-6")
    for name in ("modality-dev.tsv", "modality-dev3.tsv", "modality-dev4.tsv"):
        report_modality(program, reader, name)
    report_tolls(program, reader, "toll-dev.tsv")
    report_tolls(program, reader, "toll-dev2.tsv")
    report_tolls(program, reader, "toll-dev3.tsv")


if __name__ == "__main__":
    if "-v" in sys.argv:  # with what is wrong in the written set
        report_own(sys.argv[1], sys.argv[2], "events.jsonl", "written", True)
        report_modality(sys.argv[1], sys.argv[2], "modality-dev.tsv", True)
        report_tolls(sys.argv[1], sys.argv[2], "toll-dev.tsv", True)
    else:
        report(*sys.argv[1:3])
