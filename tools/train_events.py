#!/usr/bin/env python3
"""Train the weights of events from PLOVER's gold standard records and sentences of our own.

    tools/train_events.py READER_DUMP READER OUT        (make train-events runs it)

Three logistic models: which of a sentence's actors is the source of an event, which is its target, and how often type,
source and target of an event are all right. An event learns from the records of its sentence with its type, or with
its trigger among the record's words. The records nearly always have both actors, news often has not: what stands open
is learned from tests/reader/events-train.jsonl, where each event is given with all its fields. Features are made by src/events/roles.c alone. The third model sees
probabilities that come from folds its first two were not fitted to. Seeds are fixed: the same input, the same bytes.
"""
import json
import math
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
import reader_sets as sets  # noqa: E402
from logistic import Logistic, platt  # noqa: E402

N_FOLD = 5
OWN = os.path.join(os.path.dirname(__file__), "..", "tests", "reader")
OWN_WEIGHT = 2.0
SETTINGS = {"s": dict(l2=0.01, rate=0.15, epochs=30), "t": dict(l2=0.01, rate=0.15, epochs=30),
            "e": dict(l2=0.5, rate=0.05, epochs=20)}


def same_actor(code, actors):
    """A gold actor's state, or where it has none its sector. Codes of the records that are no codes of
    anything (JAP) or that they use both ways (IGO and NGO for the same bodies) are taken as meant."""
    for state, sector in actors:
        sector = {"CVL": "CIV", "JDG": "JUD"}.get(sector, sector)
        state = {"JAP": "JPN", "NGO": "IGO"}.get(state[:3], state[:3])
        for one in code.split(";"):
            own = "IGO" if one[:3] == "NGO" else one[:3]
            if one and (own == state if state else one[-3:] == sector):
                return True
    return False


def roles(record):
    """Source and target of a record. Two who do a thing with each other (both given as sources, no
    target) are one the other's."""
    source, target = record["source"], record["target"]
    if len(source) > 1 and not target:
        return source, source
    return source, target


def is_pair(source, target, record):
    """Do two codes name the record's source and target?"""
    a, b = roles(record)
    if a is not b:
        return same_actor(source, a) and same_actor(target, b)
    return any(same_actor(source, [x]) and same_actor(target, [y]) for x in a for y in a if x != y)


def is_right(event, record):
    """Type, source and target; what a record of PLOVER leaves open is open."""
    if event["type"] != record["type"]:
        return False
    if "own" in record:
        return (event["trigger"] in record["on"] and event["source"] in record["source"].split("|") and
                event["target"] in record["target"].split("|"))
    a, b = roles(record)
    if a and b:
        return is_pair(event["source"], event["target"], record)
    return (not a or same_actor(event["source"], a)) and (not b or same_actor(event["target"], b))


def own_sentences(name):
    """Sentences of our own as records: roles are exact codes, alternatives between '|'."""
    with open(os.path.join(OWN, name), encoding="utf-8") as f:
        for i, row in enumerate(f):
            s = json.loads(row)
            yield s["text"], [{"id": "own%d" % i, "text": s["text"], "type": sets.PLOVER_NOW.get(e["type"], e["type"]),
                               "source": e["source"], "target": e["target"], "own": True, "on": e["on"],
                               "words": set()} for e in s["events"]] or [{"id": "own%d" % i, "text": s["text"],
                                                                          "type": "", "source": "", "target": "",
                                                                          "own": True, "on": [], "words": set()}]


def load(program, reader):
    """Texts with their records and events, with candidates."""
    texts = {}
    for r in sets.plover():
        texts.setdefault(r["text"], []).append(r)
    texts.update(own_sentences("events-train.jsonl"))
    rows = [{"id": r[0]["id"], "text": t, "whole": True, "trace": True} for t, r in texts.items()]
    out = subprocess.run([program, reader], check=True, text=True, stdout=subprocess.PIPE, encoding="utf-8",
                         input="".join(json.dumps(r) + "\n" for r in rows)).stdout
    found = {}
    for line in out.splitlines():
        d = json.loads(line)
        found.setdefault(d["id"].split("#")[0], []).extend(d["events"])
    data = []
    for text, records in texts.items():
        events = found.get(records[0]["id"], [])
        for e in events:
            e["type"] = sets.PLOVER_NOW.get(e["type"], e["type"])
            ks = sorted({k[1:] for k in e.get("candidates", {}) if k[0] in "st"})
            for key, letter in (("choices", "s"), ("targets", "t")):
                e[key] = [e["candidates"].get(letter + k, {"code": "", "features": None}) for k in ks]
            e["whole"] = next((c["features"] for k, c in e.get("candidates", {}).items() if k[0] == "e"), [])
        data.append({"text": text, "records": records, "events": events, "fold": sets.fold(text),
                     "half": sets.half(text)})
    return data


def record_of(event, records):
    """The record an event learns from, or None."""
    if "own" in records[0]:
        return next((r for r in records if event["trigger"] in r["on"]), None)
    for r in records:
        if event["type"] == r["type"]:
            return r
    for r in records:
        if event["trigger"].lower() in r["words"]:
            return r
    return None


class Model:
    """A logistic model over named features."""

    def __init__(self, settings):
        self.names, self.settings, self.fitted, self.scale = {}, settings, None, (1.0, 0.0)

    def row(self, features, grow):
        out = []
        for name, value in features:
            if grow:
                self.names.setdefault(name, len(self.names))
            if name in self.names:
                out.append((self.names[name], value))
        return out

    def fit(self, rows, labels, weights):
        rows = [self.row(r, True) for r in rows]
        self.fitted = Logistic(len(self.names), **self.settings).fit(rows, labels, weights)
        return self

    def score(self, features):
        return self.fitted.score(self.row(features, False))

    def p(self, features):
        x = self.scale[0] * self.score(features) + self.scale[1]
        return 1 / (1 + math.exp(-max(-12.0, min(12.0, x))))


def is_role(code, record, role):
    """Is this the actor? A bare sector is one of a record that has a state as well; see role_rows()."""
    if "own" in record:
        return bool(code) and code in record[("source", "target")[role]].split("|")
    actors = roles(record)[role]
    if role == 1 and ";" in code and not record["target"]:
        return False  # those who do a thing with each other are its source
    return bool(actors) and (same_actor(code, actors) or
                             code in BARE and any(code == {"CVL": "CIV"}.get(s[:3], s[:3]) for _, s in actors))


BARE = ("GOV", "MIL", "COP", "SPY", "REB", "OPP", "LEG", "JUD", "PTY", "CIV", "REF", "LAB")


def role_rows(data, key, role):
    rows, labels, weights = [], [], []
    for d in data:
        for e in d["events"]:
            r = record_of(e, d["records"])
            if not r or "own" not in r and not roles(r)[role] and roles(r)[1 - role]:
                continue
            right = {c["code"] for c in e[key] if c["features"] and is_role(c["code"], r, role)}
            if "own" not in r and right - set(BARE):
                right -= set(BARE)  # where something says whose they are, that alone is right
            for c in e[key]:
                if not c["features"]:
                    continue
                rows.append(c["features"])
                labels.append(c["code"] in right)
                weights.append(OWN_WEIGHT if "own" in r else 1.0)
    return rows, labels, weights


def choose(event, source, target, least):
    """As choose() of roles.c."""
    ps = [source.p(c["features"]) if c["features"] else 0.0 for c in event["choices"]]
    pt = [target.p(c["features"]) if c["features"] else 0.0 for c in event["targets"]]
    best, choice = -1.0, (None, None)
    n = len(ps)
    for a in range(n + 1):
        for b in range(n + 1):
            if a < n and b < n and (a == b or event["choices"][a]["code"] == event["targets"][b]["code"]):
                continue
            p = (ps[a] if a < n else least[0]) * (pt[b] if b < n else least[1])
            if p > best:
                best, choice = p, (a if a < n else None, b if b < n else None)
    a, b = choice
    return (event["choices"][a]["code"] if a is not None else "", ps[a] if a is not None else 0.0,
            event["targets"][b]["code"] if b is not None else "", pt[b] if b is not None else 0.0)


def whole_features(event, source, p_source, target, p_target):
    known = "e:known=%d/%s" % (bool(source) + bool(target), "outer" if event["outer"] else "inner")
    return [(n, v) for n, v in event["whole"] if not n.startswith(("e:known", "e:p="))] + \
        [(known, 1.0), ("e:p=source/", p_source), ("e:p=target/", p_target), ("e:p=both/", p_source * p_target)]


LEAST = (0.25, 0.25)


def fit_roles(data):
    return (Model(SETTINGS["s"]).fit(*role_rows(data, "choices", 0)),
            Model(SETTINGS["t"]).fit(*role_rows(data, "targets", 1)))


def label_events(data, models):
    """Sets source, target and features of every event by the models of its fold."""
    for d in data:
        source, target = models(d)
        for e in d["events"]:
            s, ps, t, pt = choose(e, source, target, LEAST)
            e["chosen"] = {"type": e["type"], "source": s, "target": t, "trigger": e["trigger"],
                           "features": whole_features(e, s, ps, t, pt)}
            e["right"] = any(is_right(e["chosen"], r) for r in d["records"])


def is_own(d):
    return any("own" in r for r in d["records"])


def fit_whole(data):
    events = [e for d in data for e in d["events"]]
    return Model(SETTINGS["e"]).fit([e["chosen"]["features"] for e in events], [e["right"] for e in events], None)


def calibrate(model_of, data, final):
    """Platt's scale on scores of folds that were left out. Of PLOVER's texts alone: a probability is how often its
    annotators, who code about one event a sentence, have the event; in our own sentences all are given."""
    pairs = [(model_of(d).score(e["chosen"]["features"]), e["right"]) for d in data
             if not is_own(d) for e in d["events"]]
    final.scale = platt([p for p, _ in pairs], [y for _, y in pairs])


def fit_all(data):
    """Roles on all of `data`, the whole on roles of left-out folds, calibrated on left-out folds."""
    folds = sorted({d["fold"] for d in data})
    by_fold = {k: fit_roles([d for d in data if d["fold"] != k]) for k in folds}
    label_events(data, lambda d: by_fold[d["fold"]])
    final = fit_whole(data)
    parts = {k: fit_whole([d for d in data if d["fold"] != k]) for k in folds}
    calibrate(lambda d: parts[d["fold"]], data, final)
    return fit_roles(data), final


def cross_validate(data):
    """Every event gets source, target and probability from models that never saw its text."""
    out = []
    for k in range(N_FOLD):
        train, test = [d for d in data if d["fold"] != k], [d for d in data if d["fold"] == k]
        (source, target), whole = fit_all(train)
        label_events(test, lambda d: (source, target))
        for d in test:
            out.append({**d, "found": [{**e["chosen"], "p": whole.p(e["chosen"]["features"]), "right": e["right"],
                                        "outer": e["outer"], "nominal": e["nominal"]} for e in d["events"]]})
    return out


def write(path, models):
    (source, target), whole = models
    lines = []
    for m in (source, target):
        lines += [(n, m.fitted.w[i]) for n, i in m.names.items()]
    a, b = whole.scale
    for n, i in whole.names.items():
        lines.append((n, a * whole.fitted.w[i] + (b if n == "e:bias=/" else 0.0)))
    with open(path, "w", encoding="utf-8") as f:
        f.write("# Weights of events, trained by tools/train_events.py on PLOVER's gold standard records (CC BY-SA 4.0).\n"
                "# Licence of this file: CC BY-SA 4.0.\n")
        f.write("source:least\t%.6g\ntarget:least\t%.6g\n" % LEAST)
        for n, w in sorted(lines):
            if abs(w) >= 5e-4:
                f.write("%s\t%.4g\n" % (n, w))


def main():
    program, reader, out = sys.argv[1:4]
    data = load(program, reader)
    write(out, fit_all(data))
    print("train_events: %d texts, %d events, %s" % (len(data), sum(len(d["events"]) for d in data), out))


if __name__ == "__main__":
    main()
