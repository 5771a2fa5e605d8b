"""The development sets of ../shared/reading as plain data, split by a hash of their texts.

Half 0 is what rules were written on; half 1 is unseen. Spans are [begin, end) in characters.
"""
import csv
import glob
import hashlib
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
import claims_set  # noqa: E402

ROOT = os.path.join(os.path.dirname(__file__), "..", "..", "shared", "reading")


def half(text):
    return hashlib.sha256(text.encode()).digest()[0] & 1


def fold(text, n=5):
    return hashlib.sha256(text.encode()).digest()[1] % n


def _tagged(text):
    """Text with <ARG0>..</ARG0> marks to (plain, {mark: span})."""
    plain, open_at, spans = "", {}, {}
    for part in re.split(r"(</?(?:ARG[01]|SIG\d)>)", text):
        m = re.fullmatch(r"<(/?)(ARG[01]|SIG\d)>", part)
        if not m:
            plain += part
        elif m.group(1):
            spans[m.group(2)] = (open_at[m.group(2)], len(plain))
        else:
            open_at[m.group(2)] = len(plain)
    return plain, spans


def _trim(text, span):
    b, e = span
    while b < e and text[b] == " ":
        b += 1
    while e > b and text[e - 1] == " ":
        e -= 1
    return b, e


def cnc():
    """Sentences of the Causal News Corpus: id, text, causal, relations [{cause, effect, signals}]."""
    folder = os.path.join(ROOT, "causal-news-corpus")
    relations = {}
    with open(os.path.join(folder, "train_subtask2.csv"), encoding="utf-8-sig") as f:
        for row in csv.DictReader(f):
            plain, spans = _tagged(row["text_w_pairs"])
            if "ARG0" not in spans or "ARG1" not in spans:
                continue
            relations.setdefault(plain, []).append({
                "cause": _trim(plain, spans["ARG0"]), "effect": _trim(plain, spans["ARG1"]),
                "signals": [_trim(plain, s) for k, s in sorted(spans.items()) if k[0] == "S"]})
    out = []
    with open(os.path.join(folder, "train_subtask1.csv"), encoding="utf-8-sig") as f:
        for row in csv.DictReader(f):
            text = row["text"]
            out.append({"id": row["index"], "text": text, "causal": row["label"] == "1",
                        "relations": relations.get(text, [])})
    return out


def because():
    """Documents of BECauSE: id, text, relations [{type, degree, cause, effect, trigger}]."""
    out = []
    for path in sorted(glob.glob(os.path.join(ROOT, "because", "*", "*.txt"))):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        spans, events, degrees = {}, {}, {}
        with open(path[:-4] + ".ann", encoding="utf-8") as f:
            for line in f:
                cells = line.rstrip("\n").split("\t")
                if cells[0].startswith("T"):
                    places = [tuple(map(int, p.split()[-2:]))
                              for p in cells[1].split(" ", 1)[1].split(";")]
                    spans[cells[0]] = (places[0][0], places[-1][1])
                elif cells[0].startswith("E"):
                    parts = [p.split(":") for p in cells[1].split()]
                    events[cells[0]] = (parts[0], dict((r.rstrip("0123456789"), t) for r, t in parts[1:]))
                elif cells[0].startswith("A") and cells[1].startswith("Degree"):
                    _, event, value = cells[1].split()
                    degrees[event] = value
        relations = []
        for event, ((kind, trigger), roles) in events.items():
            if kind in ("Consequence", "Motivation", "Purpose") and "Cause" in roles and "Effect" in roles:
                relations.append({"type": kind, "degree": degrees.get(event, "Facilitate"),
                                  "cause": spans[roles["Cause"]], "effect": spans[roles["Effect"]],
                                  "trigger": spans[trigger]})
        out.append({"id": os.path.basename(path), "text": text, "relations": relations})
    return out


def eidos():
    with open(os.path.join(ROOT, "eidos", "expected_edges.jsonl"), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def sd_ai():
    with open(os.path.join(ROOT, "sd-ai", "cases.jsonl"), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def _find(text, piece):
    at = text.find(piece)
    return (at, at + len(piece)) if at >= 0 else None


def covers(found, gold):
    """The found span holds the gold phrase, or most of it."""
    n = min(found[1], gold[1]) - max(found[0], gold[0])
    return n > 0 and n >= 0.5 * min(found[1] - found[0], gold[1] - gold[0])


def eidos_pairs(edges):
    """Spans of causes and effects of the expected edges of one text."""
    pairs = []
    for e in edges:
        if e["relation"] in ("Causal", "Affect") and e["expect"]:
            c, f = _find(e["text"], e["cause"]["text"]), _find(e["text"], e["effect"]["text"])
            if c and f:
                pairs.append((c, f))
    return pairs


def sd_ai_pairs(case):
    """Names of causes and effects; None where the case lists none."""
    x = case["expectations"]
    links = x if isinstance(x, list) else x.get("relationships")
    return None if links is None else [(w["from"].lower(), w["to"].lower()) for w in links]


def says(text, claim, pair):
    """Does a candidate say a pair of spans, or of names?"""
    if not isinstance(pair[0], str):
        return covers(claim["cause"], pair[0]) and covers(claim["effect"], pair[1])
    words = [text[b:e].lower() for b, e in (claim["cause"], claim["effect"])]
    return all(name.rstrip("s") in phrase for name, phrase in zip(pair, words))


# Names of types in the gold standard records, which are older than the program's.
PLOVER_NOW = {"DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE", "FIGHT": "ASSAULT", "DEMAND": "REQUEST",
              "RETREAT": "CONCEDE"}


def plover():
    """Records: id, text, type, source and target as lists of (state, sector)."""
    with open(os.path.join(ROOT, "plover", "PLOVER_GSR_CAMEO.txt"), encoding="utf-8") as f:
        records = json.load(f)
    out = []
    for r in records:
        if r["event"] == "DOCUMENT":
            continue
        actors = {}
        for role in ("source", "target"):
            given = r.get(role) or []
            given = given if isinstance(given, list) else [given]
            actors[role] = [(a.get("code", ""), a.get("sector", "")) for a in given if isinstance(a, dict)]
        out.append({"id": r["id"], "text": r["text"], "type": PLOVER_NOW.get(r["event"], r["event"]),
                    "source": actors["source"], "target": actors["target"],
                    "words": set((r.get("eventText") or "").lower().split())})
    return out


OWN = [os.path.join(os.path.dirname(__file__), "..", "tests", "read", name)
       for name in ("claims-development.txt", "claims-dev2.txt", "claims-dev3.txt", "claims-dev4.txt",
                    "claims-dev5.txt", "claims-dev6.txt")]


def own():
    """Development sentences in the project's own words: (id, text, [(begin, end, claims)]) a text."""
    out = []
    for i, t in enumerate(t for path in OWN for t in claims_set.read(path)):
        at, places = 0, []
        for s in t["sentences"]:
            places.append((at, at + len(s["text"]), s["claims"]))
            at += len(s["text"]) + 1
        out.append(("own%d" % i, claims_set.whole(t), places))
    return out


def own_pairs(claims, at):
    """Spans of causes and effects in the text, purposes aside."""
    return [tuple((c[k][0] + at, c[k][1] + at) for k in ("cause", "effect"))
            for c in claims if c["kind"] != "purpose"]


def texts():
    """What reader_dump reads, by the name of the set."""
    seen = {}
    for e in eidos():
        seen.setdefault(e["text"], "eidos%d" % len(seen))
    return {
        "cnc": [{"id": r["id"], "text": r["text"], "whole": True} for r in cnc()],
        "because": [{"id": r["id"], "text": r["text"]} for r in because()],
        "eidos": [{"id": i, "text": t} for t, i in seen.items()],
        "own": [{"id": i, "text": t} for i, t, _ in own()],
        "sd-ai": [{"id": "sdai%d" % i, "text": x["text"]} for i, x in enumerate(sd_ai())],
        "plover": [{"id": r["id"], "text": r["text"], "whole": True} for r in plover()],
    }


def _run(command, rows, path):
    with open(path, "w", encoding="utf-8") as out:
        subprocess.run(command, check=True, text=True, stdout=out, encoding="utf-8",
                       input="".join(json.dumps(r) + "\n" for r in rows))


def train_bounds(trainer, reader, out, rows):
    """Weights of arguments' bounds from sentences of the Causal News Corpus into the file `out`."""
    examples = [{"id": r["id"], "text": r["text"], "whole": True,
                 "relations": [[*x["cause"], *x["effect"]] for x in r["relations"]]}
                for r in rows if r["relations"]]
    subprocess.run([trainer, reader, out + ".part"], check=True, text=True, encoding="utf-8",
                   stderr=subprocess.DEVNULL, input="".join(json.dumps(r) + "\n" for r in examples))
    os.replace(out + ".part", out)


def dump(program, reader, folder):
    """Run reader_dump over all sets into FOLDER/NAME.jsonl."""
    os.makedirs(folder, exist_ok=True)
    for name, rows in texts().items():
        _run([program, reader], rows, os.path.join(folder, name + ".jsonl"))


def cross_bounds(program, trainer, reader, folder, n=5):
    """Spans of the Causal News Corpus with bounds trained on the other folds: a list for each
    sentence's id, one item a candidate ([cause, effect], or None for members of rows)."""
    rows, out = cnc(), {}
    for k in range(n):
        weights = os.path.join(folder, "bounds%d.tsv" % k)
        train_bounds(trainer, reader, weights, [r for r in rows if fold(r["text"]) != k])
        path = os.path.join(folder, "bounds%d.jsonl" % k)
        _run([program, reader, weights],
             [{"id": r["id"], "text": r["text"], "whole": True} for r in rows if fold(r["text"]) == k], path)
        with open(path, encoding="utf-8") as f:
            for d in map(json.loads, f):
                out[d["id"]] = [c.get("bounds") for c in d["claims"]]
    return out
