#!/usr/bin/env python3
"""Bring a case's evidence.tsv up to date with its equations.

Usage: case_evidence.py DETENTE CASE_FOLDER [--check]

Rows that this writes, from the documentation of each equation:
- variable, overlay, rule: one for each equation of the model, of the overlay, and of each rule of
  a course of action: kind of source, source, status, note;
- causes: one for each variable with variable causes, `A, B -> C`: every direct link of the model
  (from `detente explain -f json`), with the source and status of the equation that holds it.
Rows of kind link, the main mechanisms with their own source, are written by hand and kept; one
that names a variable the model lacks is told. --check: exit 1 if the file is not what would be
written.
"""
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "house"))
from check_case_text import CITATION, CONTROL, equations, rule_texts  # noqa: E402

HEAD = "item\tkind\tsource_kind\tsource\tstatus\tnote"
STATED = re.compile(r"\s*\bStatus: (\w+)[^.]*(?:\.\d+[^.]*)*\.?")
SOURCE = re.compile(r"\b(?:Source(?: of the link)?|Size): (.*?)(?=\s*(?:\bStatus: |\bSource: |$))")
RECORD = re.compile(r"[Cc]laim|reported|PIPS|CRSS|SATP|UNAMA|UNHCR|IOM|OCHA|Monitoring Team|record|UCDP")
PUBLISHED = re.compile(r"et al\.|\b(19|20)\d\d\)?|logistic|Anderson")


def row_of(name, kind, doc):
    """Fields of one equation's row, read from its documentation."""
    source = " ".join(s.strip().rstrip(".") for s in SOURCE.findall(doc)) or "assumption"
    stated = STATED.search(doc)
    first = re.sub(r"\s+", " ", re.split(r"\b(?:Source|Status)\b", doc)[0]).strip()
    plain = re.sub(CITATION, "", source)
    if CITATION.search(source):
        source_kind = "document"
    elif source.startswith(("definition", "conservation", "check", "as the table")):
        source_kind = "definition"
    elif RECORD.search(plain):
        source_kind = "data"
    elif PUBLISHED.search(plain):
        source_kind = "publication"
    else:
        source_kind = "assumption"
    if stated:
        status = stated.group(1)
    elif "assumption" in source:
        status = "assumption"
    else:
        status = {"data": "claimed", "publication": "published"}.get(source_kind, source_kind)
    span = re.search(r"range [^.;]*(?:\.\d+[^.;]*)*", doc)
    note = first + (" R" + span.group()[1:] + "." if span else "")
    return "\t".join((name, kind, source_kind, source, status, note))


def build(detente, folder):
    texts = [("variable", (folder / "model.mdl").read_text(encoding="utf-8")),
             ("overlay", (folder / "chance.mdl").read_text(encoding="utf-8"))]
    texts += [("rule", text) for text in rule_texts((folder / "case.yaml").read_text(encoding="utf-8"))]
    rows, of = [], {}
    for kind, text in texts:
        for name, _, _, _, doc in equations(text):
            if name not in CONTROL:
                row = row_of(name, kind, doc)
                rows.append(row)
                of.setdefault(name, row.split("\t"))
    explained = json.loads(subprocess.run([detente, "explain", str(folder), "-f", "json", "-q"],
                                          check=True, stdout=subprocess.PIPE, text=True).stdout)
    kinds = {v["name"]: v["kind"] for v in explained["variables"]}
    causes = {}
    for link in explained["links"]:
        if kinds[link["cause"]] not in ("constant", "lookup") and not link["is_initial"]:
            if link["cause"] != link["effect"]:
                causes.setdefault(link["effect"], []).append(link["cause"])
    for effect in sorted(causes):
        if effect in of:
            item = ", ".join(sorted(set(causes[effect]))) + " -> " + effect
            rows.append("\t".join((item, "causes", *of[effect][2:5], "Direct causes in its equation.")))
    return rows, kinds


def main(args):
    if not 2 <= len(args) <= 3 or args[2:] not in ([], ["--check"]):
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    folder = pathlib.Path(args[1])
    path = folder / "evidence.tsv"
    old = path.read_text(encoding="utf-8")
    rows, kinds = build(args[0], folder)
    hand = [line for line in old.splitlines() if line.split("\t")[1] == "link"]
    lost = [(name, line) for line in hand for name in re.split(r" -> |, ", line.split("\t")[0])
            if name not in kinds and name not in ("pressure", "trust of both capitals")]
    for name, line in lost:
        print("the model has no `%s`: %s" % (name, line.split("\t")[0]))
    new = "\n".join([HEAD, *rows, *hand]) + "\n"
    if args[2:]:
        if new != old:
            print("%s is stale: run tools/case_evidence.py" % path)
        return 1 if lost or new != old else 0
    path.write_text(new, encoding="utf-8")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
