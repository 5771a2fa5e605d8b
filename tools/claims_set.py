"""Texts with annotated claims (tests/read/*.txt), and how the program's records compare with them.

    tools/claims_set.py DETENTE CASE FILE    prints what differs

A found claim is right if it and an annotated one of the same sentence share most of the shorter
of both their causes and their effects (a row's members each count). Purposes are aside.
"""
import json
import os
import subprocess
import sys


def read(path):
    """[{case, sentences: [{text, claims}]}]; spans of claims in characters of their sentence."""
    out = []
    with open(path, encoding="utf-8") as f:
        for line in map(str.rstrip, f):
            if not line or line.startswith("#"):
                continue
            if line.startswith("=="):
                out.append({"case": "case" in line.split(), "sentences": []})
            elif line.startswith("!"):
                act, direction, lever = (c.strip() for c in line[1:].split("|"))
                begin = out[-1]["sentences"][-1]["text"].index(act)
                out[-1]["sentences"][-1]["advice"].append(
                    {"act": (begin, begin + len(act)), "direction": direction, "lever": lever})
            elif line.startswith(">"):
                cells = [c.strip() for c in line[1:].split("|")] + ["-", "-"]
                sentence = out[-1]["sentences"][-1]
                spans = [sentence["text"].index(c) for c in cells[:2]]
                flags = cells[3].split()
                sentence["claims"].append({
                    "cause": (spans[0], spans[0] + len(cells[0])),
                    "effect": (spans[1], spans[1] + len(cells[1])), "sign": cells[2],
                    "kind": flags[0], "flags": {x for x in flags[1:] if "=" not in x},
                    "by": next((x[3:] for x in flags if x.startswith("by=")), None),
                    "concepts": tuple(cells[4:6])})
            else:
                out[-1]["sentences"].append({"text": line, "claims": [], "advice": []})
    return out


def run(program, case, texts, least=0.5, kind="claim"):
    """Records of a kind of each text's sentences: a list of lists, spans within the sentence."""
    out = []
    for is_case in (True, False):
        rows = [(i, t) for i, t in enumerate(texts) if t["case"] == is_case]
        lines = "".join(json.dumps({"doc": str(i), "text": whole(t)}) + "\n" for i, t in rows)
        command = [program, "read", "-", "-q", "-o", "-", "--least", str(least)]
        done = subprocess.run(command + (["--case", case] if is_case else []), input=lines, text=True,
                              stdout=subprocess.PIPE, check=True, encoding="utf-8")
        found = [json.loads(x) for x in done.stdout.splitlines()]
        out += [(i, [r for r in found if r["kind"] == kind and r["doc"] == str(i)]) for i, _ in rows]
    return [place(texts[i], records) for i, records in sorted(out, key=lambda x: x[0])]


def whole(text):
    return " ".join(s["text"] for s in text["sentences"])


def place(text, records):
    """Spans are bytes; the texts are ASCII, so bytes are characters."""
    out, at = [], 0
    for s in text["sentences"]:
        end = at + len(s["text"])
        out.append([dict(r, **{k[:-5] + "_at": [x - at for x in r[k]]
                               for k in ("cause_span", "effect_span") if k in r},
                         **({"act_at": [x - at for x in r["span"]]} if "span" in r else {}))
                    for r in records if at <= r.get("effect_span", r.get("span"))[0] < end])
        at = end + 1
    return out


def covers(a, b):
    n = min(a[1], b[1]) - max(a[0], b[0])
    return n > 0 and 2 * n >= min(a[1] - a[0], b[1] - b[0])


def same(record, claim):
    return covers(record["cause_at"], claim["cause"]) and covers(record["effect_at"], claim["effect"])


FLAGS = {"negated": lambda r: r["negated"], "hedged": lambda r: r["hedged"],
         "predicted": lambda r: r["mode"] == "predictive", "condition": lambda r: r["conditional"]}


def compare(texts, found):
    """Counts by name: claims (right, found), explicit ones (found, all), signs (right, all of those
    matched), links of concepts (right, found, all), speakers (right, all), flags (right, found, all)."""
    n = {"claims": [0, 0], "explicit": [0, 0], "signs": [0, 0], "own": [0, 0], "links": [0, 0, 0], "speakers": [0, 0]}
    n.update({f: [0, 0, 0] for f in FLAGS})
    for text, sentences in zip(texts, found):
        for s, records in zip(text["sentences"], sentences):
            records = [r for r in records if not r["purpose"]]
            compare_sentence(n, s["claims"], records)
            if text["case"]:
                compare_links(n["links"], s["claims"], records)
    return n


def sign_of_kind(record, claim):
    """The record's sign of the kind that the annotators gave: between concepts where they named both ends, else
    between the words."""
    return record["words_polarity" if "-" in claim["concepts"] else "polarity"]


def read_blind(path):
    """{set: [[(sign, cause, effect) of one claim by one hand, ...] for each hand]} (tests/read/blind.tsv)."""
    out = {}
    with open(path, encoding="utf-8") as f:
        for cells in (x.rstrip("\n").split("\t") for x in f if not x.startswith("#")):
            hands = out.setdefault(cells[0], [[], []])
            hands[0].append(tuple(cells[2:5]))
            hands[1].append(tuple(cells[5:8]))
    return out


def compare_hand(texts, hand):
    """A second annotator's signs and concepts on the spans of the first, as compare() counts: signs (right, all),
    names of ends and links of concepts (right, found, all)."""
    signs, names, links, rest = [0, 0], [0, 0, 0], [0, 0, 0], iter(hand)
    for text in texts:
        for s in text["sentences"]:
            pairs = [(c, next(rest)) for c in s["claims"]]
            pairs = [(c, h) for c, h in pairs if c["kind"] != "purpose"]
            for c, (sign, *_) in pairs:
                signs = [signs[0] + (sign == c["sign"] != "?"), signs[1] + (c["sign"] != "?")]
            if not text["case"]:
                continue
            for want, have in ((w, h) for c, (_, *ends) in pairs for w, h in zip(c["concepts"], ends)):
                names = [names[0] + (want == have != "-"), names[1] + (have != "-"), names[2] + (want != "-")]
            compare_links(links, s["claims"], [{"cause": None if a == "-" else a, "effect": None if b == "-" else b,
                                                "polarity": sign} for _, (sign, a, b) in pairs])
    return signs, names, links


def compare_purposes(texts, found):
    """Purposes ("to deter"), which the other figures leave aside: right, found, to find."""
    right = n_found = total = 0
    for text, sentences in zip(texts, found):
        for s, records in zip(text["sentences"], sentences):
            want = [c for c in s["claims"] if c["kind"] == "purpose"]
            have = [r for r in records if r["purpose"]]
            total += len(want)
            n_found += len(have)
            right += sum(any(same(r, c) for r in have) for c in want)
    return right, n_found, total


def compare_sentence(n, claims, records):
    claims = [c for c in claims if c["kind"] != "purpose"]
    said = [next((c for c in claims if same(r, c)), None) for r in records]
    n["claims"][0] += sum(c is not None for c in said)
    n["claims"][1] += len(records)
    n["explicit"][0] += sum(c["kind"] == "explicit" and any(c is d for d in said) for c in claims)
    n["explicit"][1] += sum(c["kind"] == "explicit" for c in claims)
    for r, c in zip(records, said):
        if c is None:
            continue
        if c["sign"] != "?":
            n["signs"][0] += r["polarity"] == c["sign"]
            n["signs"][1] += 1
            n["own"][0] += sign_of_kind(r, c) == c["sign"]
            n["own"][1] += 1
        if c["by"]:
            n["speakers"][0] += c["by"].lower() in (r["attributed_to"] or "").lower()
            n["speakers"][1] += 1
        for f, has in FLAGS.items():
            n[f][0] += has(r) and f in c["flags"]
            n[f][1] += bool(has(r))
            n[f][2] += f in c["flags"]


def at_recall(texts, found, least):
    """The most probable records, as many as it takes to have found so much of the explicit claims: (right,
    how many, the last one's probability), signs (right, all of those matched); None where they never do.
    The records should go down to a low probability."""
    rows, total = [], 0
    for text, sentences in zip(texts, found):
        for s, records in zip(text["sentences"], sentences):
            claims = [c for c in s["claims"] if c["kind"] != "purpose"]
            total += sum(c["kind"] == "explicit" for c in claims)
            rows += [(r, next((c for c in claims if same(r, c)), None)) for r in records if not r["purpose"]]
    rows.sort(key=lambda x: -x[0]["probability"])
    explicit, right, signs = set(), 0, [0, 0]
    for n, (r, c) in enumerate(rows, 1):
        right += c is not None
        if c and c["kind"] == "explicit":
            explicit.add(id(c))
        if c and c["sign"] != "?":
            signs = [signs[0] + (r["polarity"] == c["sign"]), signs[1] + 1]
        if len(explicit) >= least * total:
            return (right, n, r["probability"]), signs
    return None


def compare_links(n, claims, records):
    """Signed links between concepts, each once a sentence."""
    want = {c["concepts"] + (c["sign"],) for c in claims if c["kind"] != "purpose" and "-" not in c["concepts"]}
    have = {(r["cause"], r["effect"], r["polarity"]) for r in records
            if r["cause"] and r["effect"] and r["cause"] != r["effect"]}
    n[0] += len(want & have)
    n[1] += len(have)
    n[2] += len(want)


def name_spans(dump, reader, case, texts):
    """The concepts of all annotated causes and effects, their spans being given: [(wanted or None, named
    or None, phrase)], two a claim, of the texts that are about the case."""
    rows, lines = [], []
    for i, text in ((i, t) for i, t in enumerate(texts) if t["case"]):
        at, spans = 0, []
        for s in text["sentences"]:
            for c in s["claims"]:
                spans += [[at + x for x in c[k]] for k in ("cause", "effect")]
                rows += [(None if x == "-" else x, s["text"][slice(*c[k])])
                         for k, x in zip(("cause", "effect"), c["concepts"])]
            at += len(s["text"]) + 1
        lines.append(json.dumps({"id": str(i), "text": whole(text), "spans": spans}))
    command = [dump, reader, "-", os.path.join(case, "actors.tsv"), os.path.join(case, "vocabulary.tsv")]
    done = subprocess.run(command, input="\n".join(lines) + "\n", text=True, stdout=subprocess.PIPE,
                          check=True, encoding="utf-8")
    named = [c for x in done.stdout.splitlines() for c in json.loads(x)["concepts"]]
    assert len(named) == len(rows)
    return [(want, have, words) for (want, words), have in zip(rows, named)]


def compare_advice(texts, found):
    """[(probability, is it one, its lever right, its direction right)] and how many there are to find."""
    out, total = [], 0
    for text, sentences in zip(texts, found):
        for s, records in zip(text["sentences"], sentences):
            total += len(s["advice"])
            for r in records:
                a = next((a for a in s["advice"] if covers(r["act_at"], a["act"])), None)
                out.append((r["probability"], a is not None,
                            a is not None and (r["lever"] or "-") == a["lever"],
                            a is not None and r["direction"] == a["direction"]))
    return out, total


def explain(texts, found):
    """Print what differs, sentence by sentence."""
    for text, sentences in zip(texts, found):
        for s, records in zip(text["sentences"], sentences):
            lines, left = [], list(records)
            for c in s["claims"]:
                mine = [r for r in records if same(r, c)]
                left = [r for r in left if r not in mine]
                want = " ".join([c["sign"], c["kind"], *sorted(c["flags"]), "by=%s" % c["by"] if c["by"] else "",
                                 "->".join(c["concepts"])])
                lines.append("  %s %s | %s : %s" % ("=" if mine else "MISSED", s["text"][slice(*c["cause"])],
                                                   s["text"][slice(*c["effect"])], want))
                lines += ["      " + describe(r) for r in mine]
            lines += ["  EXTRA %s | %s : %s" % (s["text"][max(0, r["cause_at"][0]):max(0, r["cause_at"][1])],
                                              s["text"][slice(*r["effect_at"])], describe(r)) for r in left]
            if lines:
                print("\n".join([s["text"]] + lines))


def describe(r):
    flags = [f for f, has in FLAGS.items() if has(r)] + ["purpose"] * r["purpose"]
    return "%s %s by=%s %s->%s %.2f %s" % (r["polarity"], flags, r["attributed_to"], r["cause"] or "-",
                                          r["effect"] or "-", r["probability"], r["hedges"])


if __name__ == "__main__":  # claims_set.py DETENTE CASE FILE
    rows = read(sys.argv[3])
    explain(rows, run(sys.argv[1], sys.argv[2], rows))
