#!/usr/bin/env python3
"""Train the parser on a twentieth of the treebanks, twice: the same bytes, and a parser that has learned.

    tools/parser_check.py TRAIN_PARSER SCORE_PARSER

Skipped (77) where ../shared is absent. The bound is what a twentieth gives (LAS 55.3 in November 2026) less a margin;
a network that does not learn stays below 10.
"""
import filecmp
import os
import re
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
with tempfile.TemporaryDirectory() as folder:
    out = [os.path.join(folder, name) for name in ("first.bin", "second.bin")]
    for path in out:
        subprocess.run([train, "--quiet", "--share", "20", "--epochs", "12", "--out", path, "--train", files[0],
                        "--train", files[1]], check=True)
    if not filecmp.cmp(*out, shallow=False):
        sys.exit("two trainings gave different bytes")
    table = subprocess.run([score, out[0], os.path.join(UD, "en_ewt-ud-dev.conllu")], check=True,
                           capture_output=True, text=True).stdout
    print(table, end="")
    las = float(re.split(r"\s+", table.splitlines()[1].strip())[7])
    if las < LEAST_LAS:
        sys.exit(f"LAS {las} is below {LEAST_LAS}")
