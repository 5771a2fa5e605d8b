#!/usr/bin/env python3
"""Figures of the reader on the development sets (`make reading`).

    tools/reading.py READER_DUMP TRAIN_BOUNDS READER DETENTE WORK-FOLDER
    tools/reading.py --genre DETENTE [SET...]    the texts of the genre only, or some sets of them: seconds

Whatever is learned is cross-validated in five
folds by a hash of the text. Half 0 is what rules were written on, half 1 is unseen.
"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
import claims_set  # noqa: E402
import reader_sets as sets  # noqa: E402
import reading_events  # noqa: E402
import advice_rates  # noqa: E402
import reading_same  # noqa: E402
import reading_text  # noqa: E402
import train_reranker as train  # noqa: E402
from logistic import calibration_error  # noqa: E402


def f1(tp, fp, fn):
    p = tp / (tp + fp) if tp + fp else 0.0
    r = tp / (tp + fn) if tp + fn else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def line(name, half, text):
    print("%-34s %-8s %s" % (name, half, text))


HALVES = ((0, "written"), (1, "unseen"), (None, "all"))


def in_half(rows, h):
    return [r for r in rows if h is None or r["half"] == h]


# ---- Causal sentences --------------------------------------------------------------------------


def best_threshold(rows):
    """The one that gives the best F1 on these rows."""
    ranked = sorted(rows, key=lambda s: -s["score"])
    total, tp, best = sum(s["causal"] for s in rows), 0, (0.0, 0.0)
    for k, s in enumerate(ranked):
        tp += s["causal"]
        best = max(best, (2.0 * tp / (k + 1 + total), s["score"]))
    return best[1]


def report_sentences(rows):
    """The threshold of each fold comes from the other folds."""
    cut = {k: best_threshold([s for s in rows if s["fold"] != k]) for k in range(train.N_FOLD)}
    for h, name in HALVES:
        part = in_half(rows, h)
        yes = [s for s in part if s["score"] >= cut[s["fold"]]]
        tp = sum(s["causal"] for s in yes)
        total = sum(s["causal"] for s in part)
        p, r, f = f1(tp, len(yes) - tp, total - tp)
        line("causal sentences (CNC)", name, "F1 %.3f  precision %.3f  recall %.3f  n %d  (all yes: F1 %.3f)"
             % (f, p, r, len(part), 2.0 * total / (total + len(part))))


# ---- Spans -------------------------------------------------------------------------------------

KINDS = ("cause", "effect", "signal")


def spans_of(claim, with_signal):
    cause, effect = train.oriented(claim)
    return {"cause": [tuple(cause)], "effect": [tuple(effect)],
            "signal": [tuple(claim["trigger"])] if with_signal else []}


def compare(gold, found):
    """Counts of FairEval for one pair of relations: exact, boundary, label, missed, extra."""
    g = [(k, tuple(s)) for k in KINDS for s in gold[k]]
    f = [(k, tuple(s)) for k in KINDS for s in found[k]]
    exact = [x for x in f if x in g]
    g = [x for x in g if x not in exact]
    f = [x for x in f if x not in exact]
    partly = 0
    for same_label in (True, False):
        for x in list(f):
            for y in list(g):
                near = train.overlap(x[1], y[1]) > 0
                if near and (x[0] == y[0]) == same_label:
                    partly += 1
                    f.remove(x)
                    g.remove(y)
                    break
    return len(exact), partly, len(g), len(f)


def match_relations(gold, found):
    """Greedy best pairing of relations; total counts."""
    total = [0, 0, 0, 0]
    gold, found = list(gold), list(found)
    pairs = sorted(((compare(g, f)[0] + 0.4 * compare(g, f)[1], i, j)
                    for i, g in enumerate(gold) for j, f in enumerate(found)),
                   key=lambda x: (-x[0], x[1], x[2]))
    used_g, used_f = set(), set()
    for _, i, j in pairs:
        if i in used_g or j in used_f:
            continue
        used_g.add(i)
        used_f.add(j)
        total = [a + b for a, b in zip(total, compare(gold[i], found[j]))]
    for i, g in enumerate(gold):
        if i not in used_g:
            total[2] += sum(len(g[k]) for k in KINDS)
    for j, f in enumerate(found):
        if j not in used_f:
            total[3] += sum(len(f[k]) for k in KINDS)
    return total


def signal_rates(rows):
    """How often the annotators mark a rule's trigger, by rule and word."""
    count = {}
    for s in rows:
        for k, c in enumerate(s["dump"]["claims"]):
            if c["group"] != k or not s["labels"][k]:
                continue
            key = signal_key(s, c)
            for r in s["gold"]["relations"]:
                if train.overlap(train.oriented(c)[0], r["cause"]) >= 0.25:
                    n = count.setdefault(key, [0, 0])
                    n[1] += 1
                    n[0] += any(tuple(c["trigger"]) == tuple(x) for x in r["signals"])
                    break
    return {k: a / b for k, (a, b) in count.items()}


def signal_key(s, c):
    return c["rule"], s["gold"]["text"][c["trigger"][0]:c["trigger"][1]].lower()


def chosen(s, least=0.33):
    """Relations predicted in a sentence: the likeliest whole claims, no two the same."""
    order = sorted((k for k, c in enumerate(s["dump"]["claims"]) if c["group"] == k and not c["previous"]),
                   key=lambda k: (-s["p"][k], k))
    out = []
    for k in order:
        c = s["dump"]["claims"][k]
        if out and s["p"][k] < least:
            break
        a, b = train.oriented(c)
        if any(train.overlap(a, train.oriented(o)[0]) > 0.5 and train.overlap(b, train.oriented(o)[1]) > 0.5
               or train.overlap(a, train.oriented(o)[1]) > 0.5 and train.overlap(b, train.oriented(o)[0]) > 0.5
               for o in out):
            continue
        out.append(c)
    return out[:3]


def best_least(rows):
    """The least probability of a second relation that gives the best F1 on these rows."""
    return max((fair(count_spans(rows, 0.05 * k)), 0.05 * k) for k in range(4, 13))[1]


def count_spans(rows, least):
    total = [0, 0, 0, 0]
    for s in rows:
        gold = [{"cause": [r["cause"]], "effect": [r["effect"]], "signal": r["signals"]}
                for r in s["gold"]["relations"]]
        found = [spans_of(c, c["marked"]) for c in chosen(s, least)]
        total = [a + b for a, b in zip(total, match_relations(gold, found))]
    return total


def fair(total):
    """FairEval's F1: what overlaps counts half as missed and half as extra (Ortmann 2022)."""
    exact, partly, missed, extra = total
    return f1(exact, extra + 0.5 * partly, missed + 0.5 * partly)[2]


def report_spans(rows, bounds):
    """Bounds, which triggers annotators mark, and how sure a second relation must be: all from the
    other folds."""
    rows = [s for s in rows if s["gold"]["relations"]]
    rates = {k: signal_rates([s for s in rows if s["fold"] != k]) for k in range(train.N_FOLD)}
    for s in rows:
        for c, b in zip(s["dump"]["claims"], bounds[s["dump"]["id"]]):
            c["marked"] = rates[s["fold"]].get(signal_key(s, c), 0.0) >= 0.5
            if b:
                c["cause"], c["effect"] = b
    least = {k: best_least([s for s in rows if s["fold"] != k]) for k in range(train.N_FOLD)}
    for h, name in HALVES:
        total = [0, 0, 0, 0]
        for k in range(train.N_FOLD):
            part = count_spans([s for s in in_half(rows, h) if s["fold"] == k], least[k])
            total = [a + b for a, b in zip(total, part)]
        exact, partly, missed, extra = total
        pp, rr, ff = f1(exact, extra + partly, missed + partly)
        lp, lr, _ = f1(exact + partly, extra, missed)
        line("spans (CNC)", name, "FairEval F1 %.3f  exact P %.3f R %.3f F1 %.3f  overlapping P %.3f R %.3f"
             % (fair(total), pp, rr, ff, lp, lr))


# ---- Candidates --------------------------------------------------------------------------------


def report_claims(sentences):
    for which in ("cnc", "because"):
        for h, name in HALVES:
            rows = [s for s in in_half(sentences, h) if s["set"] == which and s["has_claims"]]
            flat = [(s["p"][k], s["labels"][k]) for s in rows
                    for k, c in enumerate(s["dump"]["claims"]) if c["group"] == k]
            yes = [(p, y) for p, y in flat if p >= 0.5]
            found = 0
            total = 0
            for s in rows:
                for r in s["gold"]["relations"]:
                    total += 1
                    found += any(s["p"][k] >= 0.5 and train.is_gold(c, [r], which == "because")
                                 for k, c in enumerate(s["dump"]["claims"]))
            line("claims at p >= 0.5 (%s)" % which, name, "precision %.3f  recall %.3f  n %d  ECE %.3f"
                 % (sum(y for _, y in yes) / max(1, len(yes)), found / max(1, total), total,
                    calibration_error([p for p, _ in flat], [float(y) for _, y in flat])))
            # what rules can reach at all
            if h is None:
                reach = sum(any(train.is_gold(c, [r], which == "because") for c in s["dump"]["claims"])
                            for s in rows for r in s["gold"]["relations"])
                line("  reached by some rule", name, "%.3f" % (reach / max(1, total)))


def report_calibration(sentences):
    """Out-of-fold probabilities against labels, on the sets that each kind is trained for."""
    for explicit, kind in ((False, "guessed"), (True, "explicit")):
        flat = [(s["p"][k], float(s["labels"][k])) for s in sentences if s["has_claims"]
                for k, c in enumerate(s["dump"]["claims"])
                if c["group"] == k and train.is_explicit(c) == explicit and train.weight_of(s, c) >= 1
                and not (explicit and c["previous"])]
        yes = [(p, y) for p, y in flat if p >= 0.5]
        line("%s claims" % kind, "all", "ECE %.3f  at p >= 0.5: precision %.3f  recall %.3f  of %d candidates"
             % (calibration_error([p for p, _ in flat], [y for _, y in flat]),
                sum(y for _, y in yes) / max(1, len(yes)),
                sum(y for _, y in yes) / max(1, sum(y for _, y in flat)), len(flat)))


# ---- Polarity ------------------------------------------------------------------------------------


def report_polarity_because(sentences):
    for h, name in HALVES:
        right = total = inhibit = 0
        for s in in_half(sentences, h):
            if s["set"] != "because":
                continue
            for r in s["gold"]["relations"]:
                near = [c for c in s["dump"]["claims"] if train.is_gold(c, [r], True)]
                if not near:
                    continue
                near.sort(key=lambda c: -train.overlap(c["trigger"], r["trigger"]))
                total += 1
                want = -1 if r["degree"] == "Inhibit" else 1
                inhibit += want < 0
                right += (near[0]["signs"][0] or 1) == want
        line("polarity given the pair (BECauSE)", name, "%.3f of %d  (%d inhibit)"
             % (right / max(1, total), total, inhibit))


def marks(attachments):
    sign = 1
    for kind, _ in attachments:
        if kind == "Dec":
            sign = -sign
    return sign


def find(text, piece):
    at = text.find(piece)
    return (at, at + len(piece)) if at >= 0 else None


def eidos_edges():
    edges, seen = [], set()
    for e in sets.eidos():
        key = (e["text"], e["cause"]["text"], e["effect"]["text"], e["relation"], e["expect"])
        if e["relation"] in ("Causal", "Affect") and e["expect"] and key not in seen and e["text"][0] != "@":
            c, f = find(e["text"], e["cause"]["text"]), find(e["text"], e["effect"]["text"])
            if c and f:
                seen.add(key)
                edges.append((e, c, f))
    return edges


def covers(found, gold):
    """The found span holds the gold phrase, or most of it, without being far longer."""
    n = min(found[1], gold[1]) - max(found[0], gold[0])
    return n > 0 and n >= 0.5 * min(found[1] - found[0], gold[1] - gold[0])


def report_eidos(folder):
    """Eidos's nodes are concepts, whose marks of more and less count every word that says so: the sign between
    concepts (docs/reader.md), not the one between words."""
    dumps = {}
    texts = {}
    for e in sets.eidos():
        texts.setdefault(e["text"], "eidos%d" % len(texts))
    for d in train.load(folder, "eidos"):
        dumps.setdefault(d["id"].split("#")[0], []).append(d)
    results = {}
    for e, c, f in eidos_edges():
        claims = [x for d in dumps.get(texts[e["text"]], []) for x in d["claims"] if not x["previous"]]
        near = [x for x in claims if covers(x["cause"], c) and covers(x["effect"], f)]
        near.sort(key=lambda x: -(train.overlap(x["cause"], c) + train.overlap(x["effect"], f)))
        own = e["status"] in ("passingTest", "it")
        want = marks(e["cause"]["attachments"]) * marks(e["effect"]["attachments"])
        group = e["file"].split("/")[0]
        for h, name in HALVES:
            if h is None or sets.half(e["text"]) == h:
                r = results.setdefault((group, name), [0, 0, 0, 0, 0])
                r[0] += 1
                r[1] += own
                r[2] += bool(near)
                if near:
                    r[3] += 1
                    r[4] += near[0]["between"] == want
    for (group, name), (n, own, found, signed, right) in sorted(results.items()):
        line("Eidos edges (%s)" % group, name, "found %d of %d = %.3f  (Eidos itself %.3f)  sign right %d of %d"
             % (found, n, found / n, own / n, right, signed))


def stem(word):
    return word.lower().rstrip("s")


def found_edges(s, name):
    """What a sentence says between names that the case knows, at p >= 0.5 by cross-validation: the
    likeliest claim of each pair, rows by their members, as the program's records have them."""
    text, claims = s["gold"]["text"], s["dump"]["claims"]
    split = {c["group"] for k, c in enumerate(claims) if c["group"] != k}
    best = {}
    for k, c in enumerate(claims):
        if (c["group"] == k and k in split) or c["previous"] or not c["sign"] or c["purpose"] or s["p"][k] < 0.5:
            continue
        ends = tuple(name(text[slice(*c[role])].lower()) for role in ("cause", "effect"))
        if not all(ends) or ends[0] == ends[1]:
            continue
        key = frozenset(ends)
        if key not in best or s["p"][k] > best[key][0]:
            best[key] = s["p"][k], ends + ("+" if c["sign"] > 0 else "-",)
    return {edge for _, edge in best.values()}


def report_sd_ai(sentences):
    """As sd-ai judges: no link missing, none too many, no sign wrong. Ends that name none of the
    case's variables do not count."""
    by_case = {}
    for s in sentences:
        if s["set"] == "sd-ai":
            by_case.setdefault(int(s["dump"]["id"].split("#")[0][4:]), []).append(s)
    groups = {}
    for k, case in enumerate(sets.sd_ai()):
        x = case["expectations"]
        want = x if isinstance(x, list) else x.get("relationships")
        if want is None:
            continue
        wanted = {(stem(w["from"]), stem(w["to"]), w["polarity"]) for w in want}
        names = {n for w in wanted for n in w[:2]}

        def name(phrase):
            inside = [n for n in names if n in phrase or n[-1] == "y" and n[:-1] + "ie" in phrase]
            return inside[0] if len(inside) == 1 else None
        linked = set().union(*(found_edges(s, name) for s in by_case.get(k, [])))
        groups.setdefault((case["category"], case["group"]), []).append((case["name"], wanted, linked))
    for category in sorted({c for c, _ in groups}):
        report_edges(category, "all", [r for (c, _), rows in groups.items() if c == category for r in rows])
        for (c, group), rows in sorted(groups.items()):
            if c == category:
                report_edges("  " + group, "all", rows)


def report_edges(title, half, rows):
    right = sum(len(w & f) for _, w, f in rows)
    p, r, f = f1(right, sum(len(x[2]) for x in rows) - right, sum(len(x[1]) for x in rows) - right)
    line("sd-ai %s" % title, half, "%d of %d whole cases right  links: precision %.3f  recall %.3f"
         % (sum(w == f for _, w, f in rows), len(rows), p, r))
    if os.environ.get("READING_VERBOSE") and title[0] != " ":
        for name, w, f in rows:
            print("   ", name, sorted(w - f), sorted(f - w))


# ---- Texts of the genre ------------------------------------------------------------------------


GENRE = ("dev2", "dev3", "dev4", "dev5", "dev6", "unseen", "unseen2", "unseen3", "unseen4", "unseen5")


def report_own(program, names=GENRE):
    """What `detente read` prints of invented texts of the genre, annotated before it was run on them.
    On dev2 to dev6 it was mended afterwards."""
    here = os.path.join(os.path.dirname(__file__), "..")
    case = os.path.join(here, "models", "pakistan-afghanistan")
    for name in names:
        texts = claims_set.read(os.path.join(here, "tests", "read", "claims-%s.txt" % name))
        report_genre(name, claims_set.compare(texts, claims_set.run(program, case, texts)))
        report_at_recall(name, claims_set.at_recall(texts, claims_set.run(program, case, texts, 0.05), 0.5))
        report_naming(name, claims_set.name_spans(os.path.join(os.path.dirname(program), "reader_dump"),
                                                  os.path.join(here, "reader"), case, texts))
        if any(s["advice"] for t in texts for s in t["sentences"]):
            report_advice(name, *claims_set.compare_advice(
                texts, claims_set.run(program, case, texts, 0, "recommendation")))
    report_purposes(program, case, os.path.join(here, "tests", "read"), names)
    report_hands(os.path.join(here, "tests", "read"))


def report_hands(folder):
    """How far two annotators who were given the spans agree with the held-out sets: the most a program can."""
    for name, hands in claims_set.read_blind(os.path.join(folder, "blind.tsv")).items():
        texts = claims_set.read(os.path.join(folder, "claims-%s.txt" % name))
        for i, hand in enumerate(hands, 1):
            signs, names, links = claims_set.compare_hand(texts, hand)
            line("annotator %d again, spans given" % i, name, "sign right %s  concepts F1 %.3f  signed links F1 %.3f"
                 % (of(*signs), 2 * names[0] / max(1, names[1] + names[2]), 2 * links[0] / max(1, links[1] + links[2])))


def report_naming(half, rows):
    """Concepts of phrases whose spans are given: what the vocabulary alone does."""
    right, found, total = (sum(w is not None and w == h for w, h, _ in rows),
                           sum(h is not None for _, h, _ in rows), sum(w is not None for w, _, _ in rows))
    pairs = [(a, b) for a, b in zip(rows[::2], rows[1::2]) if a[0] and b[0]]
    line("  concepts, spans given", half, "F1 %.3f  precision %s  recall %s  both ends of a link %s"
         % (2 * right / max(1, found + total), of(right, found), of(right, total),
            of(sum(a[0] == a[1] and b[0] == b[1] for a, b in pairs), len(pairs))))


def report_purposes(program, case, folder, chosen):
    for half, names in (("written", ("development", "dev2", "dev3", "dev4", "dev5", "dev6")), ("unseen", ("unseen", "unseen2", "unseen3", "unseen4", "unseen5"))):
        total = [0, 0, 0]
        names = names if chosen is GENRE else [name for name in names if name in chosen]
        for name in names:
            texts = claims_set.read(os.path.join(folder, "claims-%s.txt" % name))
            total = [a + b for a, b in zip(total, claims_set.compare_purposes(texts, claims_set.run(program, case, texts)))]
        line("purposes", half, "%d right of %d found, %d to find" % tuple(total))


def of(a, b):
    return "%.3f of %d" % (a / b if b else 0.0, b)


def report_genre(half, n):
    line("texts of the genre, claims", half, "precision %s  recall of explicit ones %s  sign right %s (each of its kind %s)"
         % (of(*n["claims"]), of(*n["explicit"]), of(*n["signs"]), of(*n["own"])))
    right, found, total = n["links"]
    line("  signed links of concepts", half, "F1 %.3f  precision %s  recall %s"
         % (2 * right / max(1, found + total), of(right, found), of(right, total)))
    line("  speaker", half, of(*n["speakers"]))
    for f in claims_set.FLAGS:
        line("  %s" % f, half, "%d right of %d found, %d to find" % tuple(n[f]))


def report_at_recall(half, at):
    """The target's own point: as many of the most probable claims as find half of the explicit ones."""
    if at:
        (right, n, least), signs = at
        line("  at a recall of 0.50", half, "precision %s  sign right %s  least probability %.2f"
             % (of(right, n), of(*signs), least))
    else:
        line("  at a recall of 0.50", half, "not reached")


def report_advice(half, rows, total):
    right = [r for r in rows if r[1]]
    line("  recommendations", half, "precision %s  recall %s  lever %s  direction %s  ECE %.3f"
         % (of(len(right), len(rows)), of(len(right), total), of(sum(r[2] for r in right), len(right)),
            of(sum(r[3] for r in right), len(right)),
            calibration_error([r[0] for r in rows], [float(r[1]) for r in rows])))


# ---- Speed ---------------------------------------------------------------------------------------


# Seconds and KiB of a command, from a small process: what a program forks from counts as its memory.
MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""


def report_speed(program, folder):
    """All layers, one core: the texts of the Causal News Corpus, twenty sentences a document."""
    texts = [r["text"] for r in sets.cnc()]
    path = os.path.join(folder, "speed.jsonl")
    with open(path, "w", encoding="utf-8") as f:
        for i in range(0, len(texts), 20):
            f.write(json.dumps({"doc": "d%d" % i, "text": "\n\n".join(texts[i:i + 20])}) + "\n")
    words = sum(len(t.split()) for t in texts)
    command = [sys.executable, "-c", MEASURE, program, "read", "-", "-j", "1", "-q", "-o", os.devnull]
    with open(path, encoding="utf-8") as f:
        out = subprocess.run(command, check=True, text=True, stdin=f, stdout=subprocess.PIPE).stdout
    used, memory = map(float, out.split())
    line("speed", "all", "%.0f words a second on one core, %d words, start included; %.0f MB"
         % (words / used, words, memory / 1024))


def main():
    if sys.argv[1] == "--genre":
        report_own(sys.argv[2], sys.argv[3:] or GENRE)
        return
    program, trainer, reader, detente, folder = sys.argv[1:6]
    train.Logistic.program = os.path.join(os.path.dirname(program), "logistic")
    sets.dump(program, reader, folder)
    sentences = train.Data(folder).sentences
    train.cross_scores(sentences)
    train.cross_claims(sentences)
    cnc = [s for s in sentences if s["set"] == "cnc"]
    report_sentences(cnc)
    report_claims(sentences)
    report_calibration(sentences)
    report_polarity_because(sentences)
    report_eidos(folder)
    report_sd_ai(sentences)
    report_own(detente)
    reading_text.report(program, reader)
    reading_events.report(program, reader)
    reading_same.report(detente)
    advice_rates.report(detente, reader)
    report_speed(detente, folder)
    # last, since it moves the claims' spans
    report_spans(cnc, sets.cross_bounds(program, trainer, reader, folder))


if __name__ == "__main__":
    main()
