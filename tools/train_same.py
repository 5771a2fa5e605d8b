#!/usr/bin/env python3
"""Learn the weights by which src/events/same.c says that two mentions tell one event; prints them, with cross-validated figures.

Material: tests/reader/events-same-dev.jsonl, -train and -dev2, pairs of sentences of two dated documents, one event or two. Of a pair of
sentences that tell one event the likeliest pair of mentions is learned as one; of others all pairs are learned as two.
usage: tools/train_same.py build/detente build/same_features"""
import json
import math
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
import reading_same  # noqa: E402

FOLDER = reading_same.FOLDER
SETS = ("events-same-dev.jsonl", "events-same-train.jsonl", "events-same-dev2.jsonl")
L2 = 0.005


def fit(rows, labels, steps=3000, rate=0.1):
    """Plain gradient steps on the logistic loss, drawn towards the log odds by hand (weight 1)."""
    start = [0.0, 1.0] + [0.0] * (len(rows[0]) - 2)
    w = list(start)
    for _ in range(steps):
        g = [L2 * (a - b) for a, b in zip(w, start)]
        for x, y in zip(rows, labels):
            d = (1 / (1 + math.exp(-max(-30, min(30, sum(a * b for a, b in zip(w, x)))))) - y) / len(rows)
            g = [a + d * b for a, b in zip(g, x)]
        w = [a - rate * b for a, b in zip(w, g)]
    return w


def learn(pairs):
    """Weights from [(features of each pair of mentions, is one event)]."""
    w = [0.0, 1.0, 3.0] + [0.0] * (len(next(x for f, _ in pairs for x in f)) - 3)
    for _ in range(4):
        rows, labels = [], []
        for features, same in pairs:
            if same and features:
                rows.append(max(features, key=lambda x: sum(a * b for a, b in zip(w, x))))
                labels.append(1)
            elif not same:
                rows += features
                labels += [0] * len(features)
        w = fit(rows, labels)
    return w


def says(w, features):
    return any(sum(a * b for a, b in zip(w, x)) >= 0 for x in features)


def load(program, printer):
    with tempfile.TemporaryDirectory() as folder:
        case = reading_same.make_case(folder)
        out = []
        for name in SETS:
            for pair in reading_same.pairs_of(name):
                reading_same.read_pair(program, case, pair, folder)
                a, b = reading_same.mentions(program, pair, folder)
                lines = "".join(json.dumps({"a": x, "b": y}) + "\n" for x in a for y in b)
                done = subprocess.run([printer], input=lines, check=True, text=True, stdout=subprocess.PIPE).stdout
                out.append(([[float(x) for x in row.split()] for row in done.splitlines() if row], pair["same"]))
    return out


def main(program, printer):
    pairs = load(program, printer)
    right = found = 0
    for k in range(5):
        w = learn([p for i, p in enumerate(pairs) if i % 5 != k])
        for features, same in pairs[k::5]:
            found += says(w, features)
            right += says(w, features) and same
    n_same = sum(same for _, same in pairs)
    print("cross-validated: precision %d of %d, recall %d of %d, %d of these with comparable mentions"
          % (right, found, right, n_same, sum(bool(f) and s for f, s in pairs)))
    print("weights: {%s}" % ", ".join("%.2f" % x for x in learn(pairs)))


if __name__ == "__main__":
    main(*sys.argv[1:3])
