"""Figures of words and sentences (for tools/reading.py): the raw text of UD's development parts, cut by src/text.

A word or a sentence is right if it begins and ends at the same characters. The text is built from the
treebank: sentences of a paragraph by a blank, paragraphs by an empty line, SpaceAfter=No kept.
"""
import json
import os
import subprocess

UD = os.path.join(os.path.dirname(__file__), "..", "..", "shared", "reading", "ud")
FILES = ("en_ewt-ud-dev.conllu", "en_gum-nonNC-dev.conllu")


class Document:
    """Text with the spans of its words and sentences."""

    def __init__(self):
        self.text, self.words, self.sentences = "", [], []

    def add(self, text, tokens, begins_paragraph):
        """tokens: (form, parts): the parts of a written word that is several."""
        if self.text:
            self.text += "\n\n" if begins_paragraph else " "
        begin = at = len(self.text)
        self.text += text
        for form, parts in tokens:
            at = self.text.index(form, at)
            end = at + len(form)
            if "".join(parts) != form:  # "cannot" and the like are as written; others count as one
                parts = [form]
            for part in parts:
                self.words.append((at, at + len(part)))
                at += len(part)
            at = end
        self.sentences.append((begin, len(self.text)))


def documents(path):
    out, tokens, several, text, begins = [], [], 0, "", True
    with open(path, encoding="utf-8") as f:
        for row in f:
            row = row.rstrip("\n")
            if row.startswith("# newdoc"):
                out.append(Document())
            elif row.startswith("# newpar"):
                begins = True
            elif row.startswith("# text = "):
                text = row[9:]
            elif row and row[0].isdigit():
                cells = row.split("\t")
                if "-" in cells[0]:
                    first, last = map(int, cells[0].split("-"))
                    tokens.append((cells[1], []))
                    several = last - first + 1
                elif "." not in cells[0]:
                    if several:
                        tokens[-1][1].append(cells[1])
                        several -= 1
                    else:
                        tokens.append((cells[1], [cells[1]]))
            elif not row and tokens:
                out[-1].add(text, tokens, begins)
                tokens, begins = [], False
    return out


def f1(found, gold):
    right = len(set(found) & set(gold))
    p, r = right / max(1, len(found)), right / max(1, len(gold))
    return 2 * p * r / max(1e-9, p + r), p, r


def report(program, reader):
    for name in FILES:
        docs = documents(os.path.join(UD, name))
        out = subprocess.run([program, reader], check=True, text=True, stdout=subprocess.PIPE, encoding="utf-8",
                             input="".join(json.dumps({"id": "d%d" % i, "text": d.text}) + "\n"
                                           for i, d in enumerate(docs))).stdout
        found_words, found_sentences, words, sentences = [], [], [], []
        for row in out.splitlines():
            d = json.loads(row)
            i = int(d["id"].split("#")[0][1:])
            found_words += [(i, w[0], w[1]) for w in d["words"]]
            found_sentences.append((i, d["words"][0][0], d["words"][-1][1]))
        for i, d in enumerate(docs):
            words += [(i, b, e) for b, e in d.words]
            sentences += [(i, b, e) for b, e in d.sentences]
        for what, a, b in (("words", found_words, words), ("sentences", found_sentences, sentences)):
            print("%-34s %-8s F1 %.3f  precision %.3f  recall %.3f  n %d"
                  % (("%s, raw text (%s)" % (what, name[3:6].upper()),) + ("all",) + f1(a, b) + (len(b),)))
