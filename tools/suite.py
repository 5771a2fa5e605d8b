#!/usr/bin/env python3
"""Run the field's conformance suite (SDXorg test-models) against `detente simulate`.

    tools/suite.py                          every folder, a table, a summary
    tools/suite.py --only 'tests/delay*' -v every failing file of some folders
    tools/suite.py --list                   what would be run against which reference
    tools/suite.py --require 120            exit 1 if fewer folders pass

What is run. Every folder below samples/ and tests/ that has model files and a reference
output (output*.csv or .tab). Vensim files are compared with output.* (else output_vensim*),
XMILE files with output_stella* (else output.*).

What passes. Each column of the reference is compared at the reference's own times. A value x
agrees with r within the largest of 1e-4 |r|, half a unit of r's last printed digit, and 1e-6
of the column's largest magnitude. The programs that wrote the references drop trailing zeros
("5" stands for 5.00000), so r counts as printed with at least --digits significant digits;
--digits 1 takes the digits as they stand. Blank cells are skipped. A file passes when all its
columns agree, a folder when all its files pass.

Files whose fault tests/suite-faults.md proves are run like the others, and counted apart: they must
fail, and no other file may.

Columns that are not asked for: those whose name occurs nowhere in the model file. Folders
hold variants and helpers of a model beside one reference, and Vensim's time control columns
stand beside XMILE files that have <sim_specs> instead. They are counted, and shown with -v.
A file that knows no column at all fails.
"""

import argparse
import concurrent.futures
import csv
import fnmatch
import html
import io
import math
import os
import re
import subprocess
import sys
import unicodedata

MODEL_EXTENSIONS = (".mdl", ".xmile", ".stmx", ".itmx")
TIME_LIMIT_S = 120


# ---- Names and numbers --------------------------------------------------------------------


def name_key(text):
    """Key under which names of both programs meet; subscripts are keyed one by one."""
    text = unicodedata.normalize("NFC", text).casefold()
    text = unicodedata.normalize("NFC", text).replace('\\"', "").replace('"', "")
    match = re.fullmatch(r"\s*([^\[\]]*)\[(.*)\]\s*", text, re.DOTALL)
    if not match:
        return plain_key(text)
    subscripts = ",".join(plain_key(s) for s in match.group(2).split(","))
    return f"{plain_key(match.group(1))}[{subscripts}]"


def plain_key(text):
    text = text.replace("\\n", " ").replace("\\r", " ")
    return re.sub(r"[\s_\u00a0]+", "_", text).strip("_")


def text_key(text):
    """Key of a whole model file, in which the keys of its names occur."""
    text = re.sub(r"\\\r?\n", " ", html.unescape(text))  # Vensim breaks long lines so
    return plain_key(unicodedata.normalize("NFC", text).casefold()
                     .replace('\\"', "").replace('"', ""))


def base_key(key):
    """Key of the variable alone: no subscripts, no module before it."""
    return key.split("[")[0].rsplit(".", 1)[-1]


def to_number(text):
    """The number in a cell, or None where there is none."""
    try:
        return float(text)
    except ValueError:
        return None


def half_digit(text, value, min_digits):
    """Half a unit of the last digit that was printed; with min_digits > 1 at least as if so many
    significant digits had been printed and trailing zeros dropped."""
    mantissa, _, power = text.strip().lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    printed = 0.5 * 10.0 ** (int(power or 0) - decimals)
    if min_digits <= 1 or not math.isfinite(value):
        return printed
    if value == 0.0:
        return 0.0
    exponent = math.floor(math.log10(abs(value)))
    return min(printed, 0.5 * 10.0 ** (exponent - min_digits + 1))


# ---- Tables ---------------------------------------------------------------------------------


class Table:
    """Columns of text cells by key; times as numbers."""

    def __init__(self, rows):
        rows = [row for row in rows if any(cell.strip() for cell in row)]
        if is_transposed(rows):
            width = max(len(row) for row in rows)
            rows = [[row[i] if i < len(row) else "" for row in rows] for i in range(width)]
        header = rows[0] if rows else []
        body = [row for row in rows[1:] if row and to_number(row[0]) is not None]
        self.time_cells = [row[0].strip() for row in body]
        self.times = [float(cell) for cell in self.time_cells]
        self.names, self.columns = {}, {}
        for i, name in enumerate(header[1:], start=1):
            key = name_key(name)
            if key and key not in self.columns:
                self.names[key] = name.strip()
                self.columns[key] = [row[i].strip() if i < len(row) else "" for row in body]


def is_transposed(rows):
    """Whether times run along the first row and names down the first column."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    along = [to_number(cell) is not None for cell in rows[0][1:] if cell.strip()]
    down = [to_number(row[0]) is not None for row in rows[1:] if row and row[0].strip()]
    return bool(along) and all(along) and not any(down)


def parse_table(text):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = text.split("\n", 1)[0]
    delimiter = "\t" if first.count("\t") > 0 else ","
    return Table(list(csv.reader(io.StringIO(text), delimiter=delimiter)))


def read_text(path):
    with open(path, "rb") as file:
        raw = file.read()
    for encoding in ("utf-8-sig", "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            pass
    return raw.decode("latin-1")


# ---- Cases ----------------------------------------------------------------------------------


class Result:
    """What became of one model file."""

    def __init__(self, model):
        self.model = model
        self.passed = False
        self.reason = ""
        self.n_compared = 0
        self.absent = []


def is_vensim(model):
    return model.lower().endswith(".mdl")


def pick_reference(model, references):
    """The reference of a model file among a folder's, or None."""
    def stem(name):
        return os.path.splitext(name)[0].lower()

    plain = [r for r in references if stem(r) == "output"]
    stella = [r for r in references if stem(r).startswith("output_stella")]
    vensim = [r for r in references if stem(r).startswith("output_vensim")]
    order = plain + vensim if is_vensim(model) else stella + plain
    return (order + references)[0] if references else None


def find_cases(suite):
    """(folder, [(model, reference)]) for each folder with models and a reference, sorted."""
    cases = []
    for part in ("samples", "tests"):
        for folder, _, files in os.walk(os.path.join(suite, part)):
            models = sorted(f for f in files if f.lower().endswith(MODEL_EXTENSIONS))
            references = sorted(f for f in files if f.lower().startswith("output")
                                and f.lower().endswith((".csv", ".tab")))
            if models and references:
                pairs = [(m, pick_reference(m, references)) for m in models]
                cases.append((os.path.relpath(folder, suite), pairs))
    return sorted(cases)


def read_faults():
    """{path of a model file: kind of its fault} from the tables of tests/suite-faults.md."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    with open(os.path.join(root, "tests", "suite-faults.md"), encoding="utf-8") as file:
        rows = re.findall(r"^\| `([^`]+)` \| ([a-z ]+) \|", file.read(), re.MULTILINE)
    return dict(rows)


# ---- One model file ---------------------------------------------------------------------------


def first_complaint(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in lines:
        if "error" in line.lower():
            return line
    return lines[0] if lines else "no message"


def nearest_row(times, cell):
    """Index of our row at a reference time, or None. Times may be printed with few digits."""
    t = float(cell)
    mantissa = cell.lower().split("e")[0]
    slack = 0.5001 * 10.0 ** -len(mantissa.split(".")[1]) if "." in mantissa else 0.0
    slack = max(slack, 1e-6 * max(1.0, abs(t)))
    best = min(range(len(times)), key=lambda i: abs(times[i] - t), default=None)
    return best if best is not None and abs(times[best] - t) <= slack else None


def compare_column(reference, ours, key, rows, min_digits):
    """None if the column agrees, else what is wrong with it first."""
    cells, got = reference.columns[key], ours.columns[key]
    numbers = [to_number(cell) for cell in cells]
    magnitude = max((abs(v) for v in numbers if v is not None and math.isfinite(v)), default=0.0)
    for i, r in enumerate(numbers):
        if r is None:
            continue
        name, time = reference.names[key], reference.time_cells[i]
        if rows[i] is None:
            return f"{name}: no row at time {time}"
        x = to_number(got[rows[i]])
        slack = max(1e-4 * abs(r), half_digit(cells[i], r, min_digits), 1e-6 * magnitude)
        if math.isnan(r) and x is not None and math.isnan(x) or x == r:
            continue
        if x is None or not abs(x - r) <= slack:
            return f"{name} at {time}: expected {cells[i]}, got {got[rows[i]] or 'nothing'}"
    return None


def compare(reference, ours, model_key, result, min_digits):
    """Fill in the result: counts, columns not asked for, and the first difference."""
    n_known = 0
    rows = [nearest_row(ours.times, cell) for cell in reference.time_cells]
    for key in reference.columns:
        if key in ours.columns:
            result.n_compared += 1
            difference = compare_column(reference, ours, key, rows, min_digits)
        elif base_key(key) in model_key:
            difference = f"{reference.names[key]}: no such column in the output"
        else:
            result.absent.append(reference.names[key])
            continue
        n_known += 1
        result.reason = result.reason or difference or ""
    if not n_known:
        result.reason = "none of the reference's columns is known to the model"


def run_model(options, folder, model, reference):
    result = Result(model)
    path = os.path.join(options.suite, folder, model)
    try:
        done = subprocess.run([options.detente, "simulate", path], capture_output=True,
                              timeout=TIME_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        result.reason = f"no end after {TIME_LIMIT_S} s"
        return result
    if done.returncode not in (0, 1):  # 1: a value became non-finite, the output is there
        message = first_complaint(done.stderr.decode("utf-8", "replace"))
        result.reason = f"exit {done.returncode}: {message}".replace(path, model)
        return result
    ours = parse_table(done.stdout.decode("utf-8", "replace"))
    if not ours.times:
        result.reason = f"exit {done.returncode}: the output has no rows"
        return result
    expected = parse_table(read_text(os.path.join(options.suite, folder, reference)))
    compare(expected, ours, text_key(read_text(path)), result, options.digits)
    result.passed = not result.reason
    return result


# ---- The whole ----------------------------------------------------------------------------------


def run_all(options, cases):
    """[(folder, [Result])] in the order of the cases."""
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        pending = [(folder, [pool.submit(run_model, options, folder, model, reference)
                             for model, reference in pairs]) for folder, pairs in cases]
        return [(folder, [future.result() for future in futures])
                for folder, futures in pending]


def print_table(outcome, verbose):
    width = max((len(folder) for folder, _ in outcome), default=0)
    for folder, results in outcome:
        failed = [r for r in results if not r.passed]
        n_passed = len(results) - len(failed)
        shown = failed if verbose else failed[:1]
        reasons = [f"{r.model}: {r.reason}" for r in shown] or ["ok"]
        print(f"{folder:{width}}  {n_passed}/{len(results)}  {reasons[0]}")
        for reason in reasons[1:]:
            print(f"{'':{width}}       {reason}")
        if verbose:
            for r in results:
                if r.absent:
                    print(f"{'':{width}}       {r.model}: absent: {', '.join(r.absent)}")


def print_summary(outcome):
    """The counts; returns how many folders pass."""
    files = [r for _, results in outcome for r in results]
    good = sum(r.passed for r in files)
    n_passed = sum(all(r.passed for r in results) for _, results in outcome)
    print(f"columns: {sum(r.n_compared for r in files)} compared, "
          f"{sum(len(r.absent) for r in files)} absent from their model")
    print(f"files: {good} passed, {len(files) - good} failed")
    print(f"suite: {n_passed} passed, {len(outcome) - n_passed} failed")
    return n_passed


def print_faults(outcome):
    """What is not as tests/suite-faults.md says; returns how many."""
    faults = read_faults()
    known = unknown = stale = folders = 0
    for folder, results in outcome:
        here = 0
        for r in results:
            listed = os.path.join(folder, r.model) in faults
            known += listed and not r.passed
            here += listed and not r.passed
            if listed and r.passed:
                stale += 1
                print(f"passes, yet is listed as faulty: {folder}/{r.model}")
            elif not listed and not r.passed:
                unknown += 1
                print(f"fails, and no fault is proved: {folder}/{r.model}")
        folders += here > 0
    print(f"faulty files of the suite (tests/suite-faults.md, make suite-proofs): {known} in {folders} "
          f"folders; failures besides: {unknown}")
    return unknown + stale


def print_list(cases):
    for folder, pairs in cases:
        for model, reference in pairs:
            print(f"{folder}/{model}  {reference}")
    print(f"{len(cases)} folders, {sum(len(pairs) for _, pairs in cases)} model files")


def read_options(arguments):
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--detente", default=os.path.join(root, "build", "detente"),
                        metavar="PROGRAM", help="the program (build/detente)")
    parser.add_argument("--suite", default=os.path.join(root, "..", "shared", "suites",
                                                        "test-models"),
                        metavar="FOLDER", help="the suite (../shared/suites/test-models)")
    parser.add_argument("--list", action="store_true", help="list the cases, run nothing")
    parser.add_argument("--only", metavar="GLOB", help="folders of this pattern, such as "
                        "'tests/delay*'")
    parser.add_argument("--digits", type=int, default=1, metavar="N",
                        help="read references as printed with at least N significant digits (1: as they stand)")
    parser.add_argument("--require", type=int, metavar="N",
                        help="exit 1 if fewer folders pass; 77 if there is no suite")
    parser.add_argument("--faults", action="store_true",
                        help="exit 1 unless exactly the files of tests/suite-faults.md fail")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1, metavar="N",
                        help="models run at once (all processors)")
    parser.add_argument("-v", "--verbose", action="store_true",
                        help="every failing file, and what was not compared")
    return parser.parse_args(arguments)


def main(arguments):
    options = read_options(arguments)
    if not os.path.isdir(options.suite):
        print(f"suite: skipped, there is no folder {options.suite}")
        return 0 if options.require is None else 77
    cases = find_cases(options.suite)
    if options.only:
        cases = [case for case in cases if fnmatch.fnmatch(case[0], options.only)
                 or fnmatch.fnmatch(os.path.basename(case[0]), options.only)]
    if options.list:
        print_list(cases)
        return 0
    if not os.access(options.detente, os.X_OK):
        print(f"suite: skipped, there is no program {options.detente}")
        return 0 if options.require is None else 1
    outcome = run_all(options, cases)
    print_table(outcome, options.verbose)
    n_other = print_faults(outcome)
    n_passed = print_summary(outcome)
    if options.faults and n_other > 0:
        return 1
    return 1 if options.require is not None and n_passed < options.require else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
