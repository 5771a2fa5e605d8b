#!/usr/bin/env python3
"""Convert every model of the conformance suite to the other format and back; simulate all three.

    tools/roundtrip.py                     every model that runs, a summary
    tools/roundtrip.py --only 'tests/delay*' -v
    tools/roundtrip.py --same              written in its own format too, once

A model passes when the table of the converted file and that of the file converted back have all
columns of the model's own table, at the same times, with the same numbers: identical, or within
1e-9 of a value (or 1e-12 of the column's largest magnitude, where differences cancel). Names are
compared as the formats compare them; those that a note of `convert -v` says were changed are
looked for under their new name. Vensim's four time variables have no columns in XMILE.

A model that convert refuses (exit status 3, a list of what cannot be written) is counted apart,
as is one that does not run in the first place.
"""

import argparse
import concurrent.futures
import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tempfile

import suite

TIME_LIMIT_S = 120
CONTROL = {"time_step", "initial_time", "final_time", "saveper"}


class Outcome:
    """What became of one model."""

    def __init__(self, path):
        self.path = path
        self.kind = ""  # identical, within, refused, failed, not run
        self.reason = ""
        self.worst = 0.0


def run(options, *arguments, cwd=None):
    done = subprocess.run([options.detente, *arguments], capture_output=True, cwd=cwd,
                          timeout=TIME_LIMIT_S, check=False)
    return (done.returncode, done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"))


def renames(messages):
    """{old key: new key} of variables and elements, from convert's notes."""
    found = {}
    for old, new in re.findall(r"note: (?:the element )?'([^']*)'(?: of '[^']*')? is written as "
                               r"'([^']*)'", messages):
        found[suite.plain_key(suite.name_key(old))] = suite.plain_key(suite.name_key(new))
    return found


def renamed(key, changes):
    """The key of a column under its new name."""
    match = re.fullmatch(r"([^\[\]]*)(?:\[(.*)\])?", key, re.DOTALL)
    base = changes.get(match.group(1), match.group(1))
    if match.group(2) is None:
        return base
    return f"{base}[{','.join(changes.get(s, s) for s in match.group(2).split(','))}]"


def difference(x, y, magnitude):
    """(agree, relative difference) of two cells."""
    if x == y:
        return True, 0.0
    a, b = suite.to_number(x), suite.to_number(y)
    if a is None or b is None:
        return False, float("inf")
    if a == b or (a != a and b != b):
        return True, 0.0
    size = max(abs(a), abs(b))
    gap = abs(a - b)
    return gap <= 1e-9 * size or gap <= 1e-12 * magnitude, gap / size if size else 0.0


def compare(own, other, changes, is_own_vensim):
    """(what is wrong or "", worst relative difference) of the other table."""
    if own.times != other.times:
        return "its times differ", 0.0
    worst = 0.0
    for key, cells in own.columns.items():
        there = renamed(key, changes)
        if is_own_vensim and suite.base_key(key) in CONTROL:
            continue
        if there not in other.columns:
            return f"no column {own.names[key]}", worst
        numbers = [suite.to_number(c) for c in cells]
        magnitude = max((abs(v) for v in numbers if v is not None and abs(v) < 1e300), default=0)
        for time, x, y in zip(own.time_cells, cells, other.columns[there]):
            agree, gap = difference(x, y, magnitude)
            if not agree:
                return f"{own.names[key]} at {time}: {x}, then {y}", worst
            worst = max(worst, gap)
    return "", worst


def simulate(options, path):
    """(table, what is wrong)"""
    status, out, messages = run(options, "simulate", path)
    if status not in (0, 1):
        return None, f"exit {status}: {suite.first_complaint(messages)}"
    return suite.parse_table(out), ""


def convert(options, source, target):
    """(status, messages)"""
    status, _, messages = run(options, "convert", source, target, "-v")
    return status, messages


def refused(outcome, messages):
    outcome.kind = "refused"
    lines = [line for line in messages.splitlines() if "E508" in line]
    outcome.reason = lines[0].strip() if lines else suite.first_complaint(messages)
    return outcome


def follow(options, outcome, own, steps, folder):
    """Convert along the steps (file names in `folder`) and compare each table with the own."""
    source, changes = outcome.path, {}
    for step in steps:
        target = os.path.join(folder, step)
        status, messages = convert(options, source, target)
        if status == 3:
            return refused(outcome, messages)
        if status != 0:
            outcome.reason = f"convert to {step}: {suite.first_complaint(messages)}"
            return outcome
        found = renames(messages)
        changes = {**{old: found.get(new, new) for old, new in changes.items()},
                   **{old: new for old, new in found.items() if old not in changes}}
        table, wrong = simulate(options, target)
        if table is None:
            outcome.reason = f"{step} does not run: {wrong}"
            return outcome
        wrong, gap = compare(own, table, changes, suite.is_vensim(outcome.path))
        if wrong:
            outcome.reason = f"{step}: {wrong}"
            return outcome
        outcome.worst = max(outcome.worst, gap)
        source = target
    outcome.kind = "identical" if outcome.worst == 0.0 else "within"
    return outcome


def round_trip(options, path, same):
    outcome = Outcome(path)
    outcome.kind = "failed"
    try:
        own, wrong = simulate(options, path)
        if own is None:
            outcome.kind, outcome.reason = "not run", wrong
            return outcome
        vensim = suite.is_vensim(path)
        with tempfile.TemporaryDirectory() as folder:
            if same and vensim:  # the files that it reads stand beside it
                folder = shutil.copytree(os.path.dirname(path), os.path.join(folder, "copy"))
            here, there = (".mdl", ".xmile") if vensim else (".xmile", ".mdl")
            steps = ["same" + here] if same else ["there" + there, "back" + here]
            return follow(options, outcome, own, steps, folder)
    except subprocess.TimeoutExpired:
        outcome.reason = f"no end after {TIME_LIMIT_S} s"
    return outcome


def report(options, outcomes, title):
    counts = {}
    for o in outcomes:
        counts[o.kind] = counts.get(o.kind, 0) + 1
        if o.kind in ("failed", "refused") or options.verbose:
            name = os.path.relpath(o.path, options.suite)
            gap = f" (worst {o.worst:.1e})" if o.worst else ""
            print(f"{o.kind:9}  {name}{gap}  {o.reason}".rstrip())
    print(f"{title}: " + ", ".join(f"{counts.get(k, 0)} {k}" for k in
                                   ("identical", "within", "refused", "failed", "not run")))
    return counts


def read_options(arguments):
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", metavar="MODEL", help="these files, not the suite's")
    parser.add_argument("--detente", default=os.path.join(root, "build", "detente"),
                        metavar="PROGRAM", help="the program (build/detente)")
    parser.add_argument("--suite", default=os.path.join(root, "..", "shared", "suites",
                                                        "test-models"),
                        metavar="FOLDER", help="the suite (../shared/suites/test-models)")
    parser.add_argument("--only", metavar="GLOB", help="models of this pattern, such as "
                        "'tests/delay*'")
    parser.add_argument("--same", action="store_true", help="each in its own format too")
    parser.add_argument("--require", type=int, metavar="N",
                        help="exit 1 if fewer models pass too; 77 if there is no suite")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1, metavar="N",
                        help="models at once (all processors)")
    parser.add_argument("-v", "--verbose", action="store_true", help="every model")
    return parser.parse_args(arguments)


def main(arguments):
    options = read_options(arguments)
    if not options.models and not os.path.isdir(options.suite):
        print(f"roundtrip: skipped, there is no folder {options.suite}")
        return 0 if options.require is None else 77
    if not os.access(options.detente, os.X_OK):
        print(f"roundtrip: skipped, there is no program {options.detente}")
        return 0 if options.require is None else 1
    options.detente = os.path.abspath(options.detente)
    paths = [os.path.abspath(path) for path in options.models] or [
        os.path.join(options.suite, folder, model)
        for folder, pairs in suite.find_cases(options.suite) for model, _ in pairs
        if not options.only or fnmatch.fnmatch(f"{folder}/{model}", f"*{options.only}*")]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        trips = list(pool.map(lambda p: round_trip(options, p, False), paths))
        same = list(pool.map(lambda p: round_trip(options, p, True), paths)) if options.same else []
    failed = 0
    if same:
        failed += report(options, same, "own format").get("failed", 0)
    counts = report(options, trips, "there and back")
    n_passed = counts.get("identical", 0) + counts.get("within", 0)
    failed += counts.get("failed", 0)
    print(f"roundtrip: {n_passed} passed, {failed} failed, {counts.get('refused', 0)} refused")
    return 1 if failed or (options.require is not None and n_passed < options.require) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
