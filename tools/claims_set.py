"""Texts with annotated claims (tests/read/*.txt), and how the program's records compare with them.

A found claim is right if it and an annotated one of the same sentence share most of the shorter
of both their causes and their effects; each annotated claim counts once. Purposes are aside.
"""
import json
import os
import subprocess


def read(path):
    """[{case, sentences: [{text, claims}]}]; spans of claims in characters of their sentence."""
    out = []
    with open(path, encoding="utf-8") as f:
        for line in map(str.rstrip, f):
            if not line or line.startswith("#"):
                continue
            if line.startswith("=="):
                out.append({"case": "case" in line.split(), "sentences": []})
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
                out[-1]["sentences"].append({"text": line, "claims": []})
    return out


def run(program, case, texts, least=0.5):
    """Records of each text's sentences: a list of lists of claims, spans within the sentence."""
    out = []
    for is_case in (True, False):
        rows = [(i, t) for i, t in enumerate(texts) if t["case"] == is_case]
        lines = "".join(json.dumps({"doc": str(i), "text": whole(t)}) + "\n" for i, t in rows)
        command = [program, "read", "-", "-q", "-o", "-", "--least", str(least)]
        done = subprocess.run(command + (["--case", case] if is_case else []), input=lines, text=True,
                              stdout=subprocess.PIPE, check=True, encoding="utf-8")
        found = [json.loads(x) for x in done.stdout.splitlines()]
        out += [(i, [r for r in found if r["kind"] == "claim" and r["doc"] == str(i)]) for i, _ in rows]
    return [place(texts[i], records) for i, records in sorted(out, key=lambda x: x[0])]


def whole(text):
    return " ".join(s["text"] for s in text["sentences"])


def place(text, records):
    """Spans are bytes; the texts are ASCII, so bytes are characters."""
    out, at = [], 0
    for s in text["sentences"]:
        end = at + len(s["text"])
        mine = [r for r in records if at <= r["effect_span"][0] < end]
        out.append([dict(r, cause_at=[x - at for x in r["cause_span"]],
                         effect_at=[x - at for x in r["effect_span"]]) for r in mine])
        at = end + 1
    return out


def covers(a, b):
    n = min(a[1], b[1]) - max(a[0], b[0])
    return n > 0 and 2 * n >= min(a[1] - a[0], b[1] - b[0])


def same(record, claim):
    return covers(record["cause_at"], claim["cause"]) and covers(record["effect_at"], claim["effect"])


def pairs(records, claims):
    """Records with the annotated claim that each says, None where there is none."""
    used, out = set(), []
    for r in sorted(records, key=lambda r: -r["probability"]):
        k = next((k for k, c in enumerate(claims) if k not in used and c["kind"] != "purpose" and same(r, c)), None)
        if k is not None:
            used.add(k)
        out.append((r, None if k is None else claims[k]))
    return out


def rate(a, b):
    return a / b if b else 0.0


def compare(texts, found):
    """Figures by name: (right, of)."""
    n = dict.fromkeys(("found", "right", "explicit", "explicit found", "signs", "signs right", "linked", "links",
                       "links right", "speakers", "speakers right"), 0)
    flags = {f: [0, 0, 0] for f in ("negated", "hedged", "predicted", "condition")}
    for text, records in zip(texts, found):
        for s, mine in zip(text["sentences"], records):
            matched = pairs([r for r in mine if not r["purpose"]], s["claims"])
            n["found"] += len(matched)
            n["explicit"] += sum(c["kind"] == "explicit" for c in s["claims"])
            for r, c in matched:
                if c is None:
                    continue
                n["right"] += 1
                n["explicit found"] += c["kind"] == "explicit"
                if c["sign"] != "?" and not text["case"]:
                    pass
                if c["sign"] != "?":
                    n["signs"] += 1
                    n["signs right"] += r["polarity"] == c["sign"]
                has = {"negated": r["negated"], "hedged": r["hedged"], "predicted": r["mode"] == "predictive",
                       "condition": r["conditional"]}
                for f, x in flags.items():
                    want = f in c["flags"]
                    x[0] += want and has[f]
                    x[1] += has[f]
                    x[2] += want
                if c["by"]:
                    n["speakers"] += 1
                    n["speakers right"] += c["by"].lower() in (r["attributed_to"] or "").lower()
            if text["case"]:
                want = {c["concepts"] + (c["sign"],) for c in s["claims"]
                        if c["kind"] != "purpose" and "-" not in c["concepts"] and c["concepts"][0]}
                have = {(r["cause"], r["effect"], r["polarity"]) for r in mine
                        if r["cause"] and r["effect"] and not r["purpose"] and r["cause"] != r["effect"]}
                n["links"] += len(want)
                n["linked"] += len(have)
                n["links right"] += len(want & have)
    n["flags"] = flags
    return n
