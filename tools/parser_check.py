#!/usr/bin/env python3
"""Train the parser on a twentieth of the treebanks, twice: the same bytes, and a parser that has learned and has every
word of the vectors.

    tools/parser_check.py TRAIN_PARSER SCORE_PARSER

The vectors are made up, the same for words that end alike, so that nothing need be downloaded.
Skipped (77) where ../shared is absent. The bound is what a twentieth gives (LAS 54.7 with these vectors, 55.3 before there were
any, in November 2026) less a margin; a network that does not learn stays below 10.
"""
import filecmp
import os
import random
import re
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
UD = os.path.join(ROOT, "..", "shared", "reading", "ud")
LEAST_LAS = 50

if not os.path.isdir(UD):
    print("SKIP: no ../shared/reading/ud")
    sys.exit(77)
train, score = sys.argv[1:3]
files = [os.path.join(UD, f"en_{name}-train.conllu") for name in ("ewt-ud", "gum-nonNC")]


def write_vectors(path):
    """For each word of letters in the first file; returns how many."""
    with open(files[0], encoding="utf-8") as file:
        words = {row.split("\t")[1].lower() for row in file if row[:1].isdigit()}
    words = sorted(w for w in words if re.fullmatch("[a-z]+", w))
    with open(path, "w", encoding="utf-8") as file:
        for word in words:
            chance = random.Random(word[-2:])
            file.write(word + "".join(" %.3f" % chance.gauss(0, 0.4) for _ in range(100)) + "\n")
    return len(words)


with tempfile.TemporaryDirectory() as folder:
    out = [os.path.join(folder, name) for name in ("first.bin", "second.bin")]
    vectors = os.path.join(folder, "vectors.txt")
    n_vector = write_vectors(vectors)
    for path in out:
        subprocess.run([train, "--quiet", "--share", "20", "--epochs", "12", "--vectors", vectors, "--out", path,
                        "--train", files[0], "--train", files[1]], check=True)
    if not filecmp.cmp(*out, shallow=False):
        sys.exit("two trainings gave different bytes")
    with open(out[0], "rb") as file:
        n_word, n_known = struct.unpack("<2I", file.read(68)[60:])
    if not n_known < n_vector < n_word:
        sys.exit(f"{n_word} rows of words, {n_known} of the treebanks: not those of {n_vector} vectors")
    table = subprocess.run([score, out[0], os.path.join(UD, "en_ewt-ud-dev.conllu")], check=True,
                           capture_output=True, text=True).stdout
    print(table, end="")
    las = float(re.split(r"\s+", table.splitlines()[1].strip())[7])
    if las < LEAST_LAS:
        sys.exit(f"LAS {las} is below {LEAST_LAS}")
