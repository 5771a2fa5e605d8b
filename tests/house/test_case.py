"""The first case against itself: what it says, what it computes, what stands behind it.

usage: test_case.py ROOT DETENTE CC

Citations and copying are checked where ../shared lies beside the project, or must be with
DETENTE_REQUIRE_SHARED=1.
"""

import csv
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from check_case_text import CITATION, CONTROL, NUMBER, equations
from tap import Tap

# Functions that both engines translate. PySD: docs/structure/vensim_translation.rst of SDXorg/pysd
# 3.14; SDEverywhere: README.md of climateinteractive/SDEverywhere, and its compiler 0.7.
ENGINES = {"ABS", "EXP", "IF THEN ELSE", "INTEG", "INTEGER", "LN", "MAX", "MIN", "MODULO", "SMOOTH",
           "SMOOTHI", "SMOOTH3", "SMOOTH3I", "SQRT", "WITH LOOKUP", "XIDZ", "ZIDZ"}
# No document can be known before its events: the strikes of October 2025, and those of February 2026.
DOCUMENT_DATES = {"001": datetime.date(2025, 10, 9)}
LATEST_DOCUMENTS = datetime.date(2026, 2, 27)


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def parameters(case):
    """name -> fields of the parameters of case.yaml, as text."""
    block = re.search(r"^parameters:\n(.*?)^hypotheses:", case, re.M | re.S).group(1)
    for entry in re.split(r"^  - name: ", block, flags=re.M)[1:]:
        name, *rest = entry.splitlines()
        fields = dict(re.match(r"\s+(\w+): (.*)", line).groups() for line in rest
                      if re.match(r"\s+\w+: ", line))
        yield name, fields


def same_numbers(one, other, tolerance):
    """Lines that tell where two tables of numbers differ by more."""
    wrong, n = [], 0
    a, b = list(csv.reader(one.splitlines())), list(csv.reader(other.splitlines()))
    if a[0] != b[0] or len(a) != len(b):
        return ["other columns or rows"], 0
    for left, right in zip(a[1:], b[1:]):
        for name, x, y in zip(a[0], map(float, left), map(float, right)):
            n += 1
            if abs(x - y) > tolerance * max(1.0, abs(x)):
                wrong.append(f"{name} at {left[0]}: {x} and {y}")
    return wrong, n


def main():
    tap = Tap()
    root, detente, compiler = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    folder = root / "models" / "pakistan-afghanistan"
    shared = root.parent / "shared" / "mission" / "documents"
    case = (folder / "case.yaml").read_text(encoding="utf-8")
    model = (folder / "model.mdl").read_text(encoding="utf-8")
    chance = (folder / "chance.mdl").read_text(encoding="utf-8")

    text = subprocess.run([sys.executable, root / "tests/house/check_case_text.py", folder, shared],
                          capture_output=True, text=True)
    if shared.is_dir() or os.environ.get("DETENTE_REQUIRE_SHARED") == "1":
        tap.check(shared.is_dir() and text.returncode == 0,
                  "every citation is a sentence of its document, nothing is copied", text.stdout.splitlines())
    else:
        tap.check(text.returncode == 0, "units, sources and ranges", text.stdout.splitlines())
        tap.skip("citations", "../shared is absent")

    checked = subprocess.run([detente, "check", folder, "--units", "strict", "--static"], capture_output=True,
                             text=True)
    tap.check(checked.returncode == 0 and " 0 errors, 0 warnings (0 of units)" in checked.stdout
              + checked.stderr, "no errors, no warnings", (checked.stdout + checked.stderr).splitlines())

    for name, n_effect in (("pakistan-afghanistan", 24), ("anglo-irish", 4)):
        told = subprocess.run([detente, "check", root / "models" / name, "--runs", "40", "-f", "json", "-q"],
                              capture_output=True, text=True)
        validation = json.loads(told.stdout).get("validation", {})
        wrong = [f"{row['id']}: {row['worst']}" for row in validation.get("conservation", [])
                 if row["verdict"] != "holds"]
        wrong += [row["statement"] for row in validation.get("claims", [])
                  if row["group"] == "extreme" and row["verdict"] == "fails"]
        tap.check(told.returncode in (0, 5) and len(validation.get("effects", [])) >= n_effect and not wrong,
                  f"{name}: what flows is conserved, no extreme condition fails", wrong)

    body = re.sub(r"\{.*?\}", "", model.split("\\\\\\---///")[0])
    left = [e[1].partition("=")[2] for e in equations(body)]
    names = {e[0].lower() for e in equations(body)}
    used = {f.strip() for e in left for f in re.findall(r"(?<![\w ])([A-Za-z][\w ]*?)\s*\(", e)}
    foreign = sorted(f for f in used if f.upper() not in ENGINES and f.lower() not in names)
    tap.check(len(used) > 5 and not foreign, "the skeleton uses functions of two engines only", foreign)

    drawn = dict(parameters(case))
    held = {name.strip() for sets in re.findall(r"sets: \{(.*?)\}", case)
            for name in re.findall(r"([^,:]+):", sets)}
    loose, wrong = [], []
    for name, equation, unit, bounds, doc in equations(model + chance.replace("{UTF-8}", "")):
        value = equation.partition("=")[2].strip()
        said = re.search(r"range ([\d.,]+) to ([\d.,]+\d)", doc)
        if bounds and said and bounds != tuple(float(x.replace(",", "")) for x in said.groups()):
            wrong.append(f"{name}: [{bounds[0]},{bounds[1]}] and '{said.group()}'")
        if not NUMBER.match(value) or name in CONTROL or name in held or "LEVER" in doc:
            continue
        if name not in drawn and bounds and "Regime" not in doc and "definition" not in doc:
            loose.append(name)
    tap.check(not wrong, "ranges say the same in unit and text", wrong)
    fixed = re.search(r"^# Held fixed: (.*)$", case, re.M)
    loose = [n for n in loose if n not in (fixed.group(1).split(", ") if fixed else [])]
    tap.check(not loose, "every constant with a range is drawn, set by a hypothesis, or said to be fixed", loose)

    wrong = []
    for name, fields in drawn.items():
        known = datetime.date.fromisoformat(fields.get("known_on", "1900-01-01"))
        for document, _, _ in CITATION.findall(fields.get("source", "")):
            if known < DOCUMENT_DATES.get(document, LATEST_DOCUMENTS):
                wrong.append(f"{name}: known on {known}, cites {document}")
        for field in ("unit", "distribution", "range", "source", "status", "known_on"):
            if field not in fields:
                wrong.append(f"{name}: no {field}")
    tap.check(len(drawn) > 300 and not wrong, "each parameter is complete and not known before its source", wrong)

    evidence = subprocess.run([sys.executable, root / "tools/case_evidence.py", detente, folder, "--check"],
                              capture_output=True, text=True)
    tap.check(evidence.returncode == 0, "evidence.tsv has every variable and link, none stale",
              evidence.stdout.splitlines() + evidence.stderr.splitlines()[-3:])
    drawing = subprocess.run([sys.executable, root / "tools/case_diagrams.py", detente, folder,
                              root / "docs/model", "--check"], capture_output=True, text=True)
    tap.check(drawing.returncode == 0, "the diagrams of docs/model.md are those of the model",
              drawing.stdout.splitlines() + drawing.stderr.splitlines()[-3:])

    with tempfile.TemporaryDirectory() as temporary:
        source, program = pathlib.Path(temporary) / "model.c", pathlib.Path(temporary) / "model"
        run(detente, "convert", str(folder / "model.mdl"), str(source), "-q")
        subprocess.run([*compiler.split(), "-O1", "-ffp-contract=off", str(source), "-o", str(program),
                        "-lm"], check=True, capture_output=True)
        wrong, n = same_numbers(run(detente, "simulate", str(folder / "model.mdl"), "-q"),
                                run(str(program)), 1e-9)
    tap.check(n > 100000 and not wrong, "the exported C gives the skeleton's numbers", wrong[:10])

    # What the vocabulary names: the links of sentences of our own.
    rows = [line.split("\t") for line in (root / "tests/read/links.tsv").read_text().splitlines() if line[:1] not in ("", "#")]
    lines = "".join(json.dumps({"doc": str(i), "text": row[0]}) + "\n" for i, row in enumerate(rows))
    read = subprocess.run([detente, "read", "-", "-q", "--least", "0.5", "--case", str(folder)], input=lines, text=True,
                          stdout=subprocess.PIPE, check=False)
    links = {(r["doc"], r["cause"], r["effect"], r["polarity"]) for r in map(json.loads, read.stdout.splitlines())
             if r["kind"] == "claim"}
    missed = [row[0] for i, row in enumerate(rows) if (str(i), *row[1:4]) not in links]
    tap.check(len(rows) > 20 and len(missed) <= len(rows) // 20, "sentences have their link between concepts", missed)
    tap.end()


if __name__ == "__main__":
    main()
