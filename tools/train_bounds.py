#!/usr/bin/env python3
"""Train the weights of arguments' bounds on all of the Causal News Corpus.

    tools/train_bounds.py TRAIN_BOUNDS READER      (make train-bounds runs it)
"""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import reader_sets as sets  # noqa: E402

if __name__ == "__main__":
    sets.train_bounds(sys.argv[1], sys.argv[2], os.path.join(sys.argv[2], "weights", "bounds.tsv"), sets.cnc())
