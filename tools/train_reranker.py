#!/usr/bin/env python3
"""Train the re-ranker's two models from what reader_dump makes of the development sets.

    tools/train_reranker.py READER_DUMP READER WORK-FOLDER      (make train-reranker runs it)

Sentences: is it causal (Causal News Corpus). Candidates of wide rules and purposes: does the sentence
make this claim (Causal News Corpus and BECauSE). Explicit candidates: the same on BECauSE, Eidos's
tests and sd-ai's cases, the Causal News Corpus with little weight. The candidates' model sees the sentence's score, taken from folds that
the sentence's model was not fitted to. Seeds are fixed; the same input gives the same bytes.
"""
import json
import math
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import reader_sets as sets  # noqa: E402
from logistic import Logistic, platt  # noqa: E402

N_FOLD = 5


def load(folder, name):
    with open(os.path.join(folder, name + ".jsonl"), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def overlap(a, b):
    """F1 of two spans in characters."""
    n = min(a[1], b[1]) - max(a[0], b[0])
    return max(0.0, 2.0 * n / ((a[1] - a[0]) + (b[1] - b[0]))) if n > 0 else 0.0


def oriented(claim):
    """Cause and effect as the corpora have them: there the aim of an act is its cause."""
    if claim["purpose"]:
        return claim["effect"], claim["cause"]
    return claim["cause"], claim["effect"]


def is_gold(claim, relations, both=False):
    """Does a gold relation say the same? `both`: whichever is cause and effect."""
    cause, effect = oriented(claim)
    for r in relations:
        for c, e in ((cause, effect), (effect, cause)) if both or claim["purpose"] else ((cause, effect),):
            x, y = overlap(c, r["cause"]), overlap(e, r["effect"])
            if min(x, y) >= 0.25 and x + y >= 0.9:
                return True
    return False


class Data:
    """Rows for both models. `sentences`: (features, label, fold, half); `claims`: for each
    sentence a list of (features, label)."""

    def __init__(self, folder):
        self.sentences = []
        gold = {r["id"]: r for r in sets.cnc()}
        for d in load(folder, "cnc"):
            r = gold[d["id"].split("#")[0]]
            self.sentences.append({
                "dump": d, "gold": r, "causal": r["causal"], "set": "cnc",
                "fold": sets.fold(r["text"]), "half": sets.half(r["text"]),
                "labels": [is_gold(c, r["relations"]) for c in d["claims"]],
                # causal sentences without annotated spans say nothing of candidates
                "has_claims": bool(r["relations"]) or not r["causal"]})
        docs = {r["id"]: r for r in sets.because()}
        for d in load(folder, "because"):
            doc = docs[d["id"].split("#")[0]]
            text = doc["text"][d["begin"]:d["end"]]
            inside = [r for r in doc["relations"]
                      if d["begin"] <= r["trigger"][0] < d["end"]]
            self.sentences.append({
                "dump": d, "gold": {"relations": inside, "text": text}, "causal": bool(inside),
                "set": "because", "fold": sets.fold(text), "half": sets.half(text),
                "labels": [is_gold(c, inside, True) for c in d["claims"]], "has_claims": True})
        self.add_links(folder)
        self.add_own(folder)

    def add_links(self, folder):
        """Texts whose links are given by names: Eidos's tests and sd-ai's cases."""
        by_text = {}
        for e in sets.eidos():
            by_text.setdefault(e["text"], []).append(e)
        wanted = {"eidos%d" % i: (text, sets.eidos_pairs(edges))
                  for i, (text, edges) in enumerate(by_text.items())}
        wanted.update({"sdai%d" % i: (x["text"], sets.sd_ai_pairs(x)) for i, x in enumerate(sets.sd_ai())})
        for name in ("eidos", "sd-ai"):
            for d in load(folder, name):
                text, pairs = wanted[d["id"].split("#")[0]]
                if pairs is None:
                    continue
                self.sentences.append({
                    "dump": d, "gold": {"relations": [], "text": text}, "causal": bool(pairs),
                    "set": name, "fold": sets.fold(text), "half": sets.half(text), "has_claims": True,
                    "labels": [not c["previous"] and any(sets.says(text, c, p) for p in pairs)
                               for c in d["claims"]]})


    def add_own(self, folder):
        """Development sentences in the project's own words, annotated as the held-out ones are."""
        places = {i: p for i, _, p in sets.own()}
        text_of = {i: t for i, t, _ in sets.own()}
        for d in load(folder, "own"):
            i = d["id"].split("#")[0]
            text = text_of[i][d["begin"]:d["end"]]
            pairs = [p for b, e, claims in places[i] if b < d["end"] and d["begin"] < e
                     for p in sets.own_pairs(claims, b)]
            self.sentences.append({
                "dump": d, "gold": {"relations": [], "text": text}, "causal": bool(pairs), "set": "own",
                "fold": sets.fold(text), "half": sets.half(text), "has_claims": True,
                "labels": [any(sets.says(text_of[i], c, p) for p in pairs) for c in d["claims"]]})


def index_features(rows, least=2):
    count = {}
    for row in rows:
        for f in row:
            count[f] = count.get(f, 0) + 1
    names = sorted(f for f, n in count.items() if n >= least)
    return {f: i for i, f in enumerate(names)}


def row_of(index, features):
    """Each feature counts once."""
    return [(i, 1.0) for i in sorted({index[f] for f in features if f in index})]


def fit_sentences(train):
    index = index_features([s["dump"]["features"] for s in train], 2)
    rows = [row_of(index, s["dump"]["features"]) for s in train]
    model = Logistic(len(index), l2=0.02, rate=0.005, epochs=10)
    model.fit(rows, [1.0 if s["causal"] else 0.0 for s in train])
    return index, model


def score_sentence(index, model, s):
    return model.score(row_of(index, s["dump"]["features"]))


def claim_row(index, claim, sentence_score):
    at = index.get("c:sentence")
    row = [(i, v) for i, v in row_of(index, claim["features"]) if i != at]
    if not is_explicit(claim):
        row.append((at, sentence_score))
    return row


# The Causal News Corpus marks events that caused events, and leaves the mechanisms unmarked that
# explicit claims are about; BECauSE leaves out verbs that hold their effect ("reduce"), by its
# guidelines. So they say little of those.
LEXICAL = ("cause-verb", "cause-passive", "cause-participle", "force-verb", "force-passive", "make-adjective")
WEIGHT = {"cnc": 0.03, "because": 1.0, "eidos": 2.0, "sd-ai": 1.0, "own": 2.0}


def is_explicit(claim):
    return not claim["weak"] and not claim["purpose"]


def weight_of(s, claim):
    if s["set"] == "because" and claim["rule"] in LEXICAL:
        return 0.1
    return WEIGHT[s["set"]] if is_explicit(claim) else float(s["set"] in ("cnc", "because"))


def fit_claims(train):
    """`train` with "score" set. Two models, by is_explicit: {explicit: (index, model)}. Only whole
    arguments: members of rows share their labels. No set marks causes in the sentence before: explicit
    claims of that kind are left out, and told by their other features."""
    out = {}
    for explicit in (False, True):
        pairs = [(s, k) for s in train if s["has_claims"] for k, c in enumerate(s["dump"]["claims"])
                 if c["group"] == k and is_explicit(c) == explicit and weight_of(s, c) > 0
                 and (not explicit or not c["previous"])]
        index = index_features([s["dump"]["claims"][k]["features"] for s, k in pairs], 2)
        if not explicit:
            index.setdefault("c:sentence", len(index))
        rows = [claim_row(index, s["dump"]["claims"][k], s["score"]) for s, k in pairs]
        model = Logistic(len(index), **(dict(l2=0.01, rate=0.05, epochs=40) if explicit else
                                        dict(l2=0.02, rate=0.01, epochs=6)))
        model.fit(rows, [1.0 if s["labels"][k] else 0.0 for s, k in pairs],
                  [weight_of(s, s["dump"]["claims"][k]) for s, k in pairs])
        out[explicit] = index, model
    return out


def cross_scores(sentences):
    """Out-of-fold scores of sentences, calibrated; returns (scale, shift)."""
    cnc = [s for s in sentences if s["set"] == "cnc"]
    for k in range(N_FOLD):
        index, model = fit_sentences([s for s in cnc if s["fold"] != k])
        for s in sentences:
            if s["fold"] == k:
                s["raw"] = score_sentence(index, model, s)
    scale, shift = platt([s["raw"] for s in cnc], [s["causal"] for s in cnc])
    for s in sentences:
        s["score"] = max(-12.0, min(12.0, scale * s["raw"] + shift))
    return scale, shift


def cross_claims(sentences):
    """Out-of-fold probabilities of claims into s["p"]; returns (scale, shift)."""
    for k in range(N_FOLD):
        models = fit_claims([s for s in sentences if s["fold"] != k])
        for s in sentences:
            if s["fold"] == k:
                s["z"] = [models[is_explicit(c)][1].score(claim_row(models[is_explicit(c)][0], c, s["score"]))
                          for c in s["dump"]["claims"]]
    flat = {explicit: [(s["fold"], s["z"][k], s["labels"][k]) for s in sentences if s["has_claims"]
                       for k, c in enumerate(s["dump"]["claims"])
                       if c["group"] == k and is_explicit(c) == explicit and weight_of(s, c) >= 1
                       and (not explicit or not c["previous"])]
            for explicit in (False, True)}

    def calibrate(explicit, without):
        part = [(z, y) for fold, z, y in flat[explicit] if fold != without]
        return platt([z for z, _ in part], [y for _, y in part])
    of_fold = {(k, x): calibrate(x, k) for k in range(N_FOLD) for x in flat}
    for s in sentences:  # the scale of a fold's probabilities comes from the others
        s["p"] = [probability(of_fold[s["fold"], is_explicit(c)], z) for c, z in zip(s["dump"]["claims"], s["z"])]
    return calibrate(False, None), calibrate(True, None)


def probability(calibration, z):
    return 1 / (1 + math.exp(-max(-12.0, min(12.0, calibration[0] * z + calibration[1]))))


def main():
    program, reader, folder = sys.argv[1:4]
    Logistic.program = os.path.join(os.path.dirname(program), "logistic")
    out = os.path.join(reader, "weights", "reranker.tsv")
    sets.dump(program, reader, folder)
    sentences = Data(folder).sentences
    s_scale, s_shift = cross_scores(sentences)
    (c_scale, c_shift), (x_scale, x_shift) = cross_claims(sentences)
    s_index, s_model = fit_sentences([s for s in sentences if s["set"] == "cnc"])
    models = fit_claims(sentences)
    with open(out + ".part", "w", encoding="utf-8") as f:
        f.write("# Weights of the re-ranker, trained by tools/train_reranker.py on the Causal News Corpus V2 (CC0)\n"
                "# BECauSE 2.1 (MIT), tests of Eidos (Apache-2.0) and cases of sd-ai (MIT). Apache-2.0, as the project.\n")
        for name, value in (("s:scale", s_scale), ("s:shift", s_shift), ("c:scale", c_scale),
                            ("c:shift", c_shift), ("x:scale", x_scale), ("x:shift", x_shift)):
            f.write("%s\t%.6g\n" % (name, value))
        for index, model in ((s_index, s_model), models[False], models[True]):
            for name, i in sorted(index.items()):
                if abs(model.w[i]) >= 0.005:
                    f.write("%s\t%.4g\n" % (name, model.w[i]))
    os.replace(out + ".part", out)


if __name__ == "__main__":
    main()
