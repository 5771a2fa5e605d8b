#!/usr/bin/env python3
"""Check that exported C gives the engine's numbers.

    tools/export_check.py                     every model of the suite, and the crisis model
    tools/export_check.py --only '*delay*' -v some models, every difference
    tools/export_check.py --compiler clang    with another compiler (gcc)

For each model that `detente simulate` runs: `detente convert MODEL model.c`, compile with
-O2 -ffp-contract=off -Wall -Werror, run, and compare all columns at all times. A value x agrees
with the engine's r if |x - r| <= 1e-9 max(1, |r|), or both are not numbers or the same infinity.
The header and the number of rows must be the same. Closes with `export: N passed, M failed`;
exit status 1 if any failed.
"""

import argparse
import concurrent.futures
import csv
import fnmatch
import math
import os
import shlex
import subprocess
import sys
import tempfile

MODEL_EXTENSIONS = (".mdl", ".xmile", ".stmx", ".itmx")
EXTRA_MODELS = ("models/pakistan-afghanistan/model.mdl",)
TOLERANCE = 1e-9
TIME_LIMIT_S = 300
FLAGS = ("-O2", "-ffp-contract=off", "-Wall", "-Werror")


def find_models(suite):
    for folder, _, files in os.walk(suite):
        for name in sorted(files):
            if name.lower().endswith(MODEL_EXTENSIONS):
                yield os.path.join(folder, name)


def run(command, **more):
    return subprocess.run(command, capture_output=True, timeout=TIME_LIMIT_S, check=False, **more)


def first_line(data):
    lines = [line for line in data.decode("utf-8", "replace").splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[0] if lines else "")


def number(cell):
    return float(cell) if cell else math.nan


def agrees(x, r):
    if math.isnan(x) or math.isnan(r):
        return math.isnan(x) and math.isnan(r)
    return x == r or abs(x - r) <= TOLERANCE * max(1.0, abs(r))


def difference(ours, theirs):
    """What is different first, or None."""
    got = list(csv.reader(ours.decode("utf-8").splitlines()))
    expected = list(csv.reader(theirs.decode("utf-8").splitlines()))
    if got[:1] != expected[:1]:
        return "the headers differ"
    if len(got) != len(expected):
        return f"{len(got)} rows, not {len(expected)}"
    for row, reference in zip(got[1:], expected[1:]):
        for name, x, r in zip(expected[0], row, reference):
            if not agrees(number(x), number(r)):
                return f"{name} at {reference[0]}: {x or 'nothing'}, not {r or 'nothing'}"
    return None


def check(options, model):
    """(outcome, reason): outcome is passed, failed or skipped."""
    simulated = run([options.detente, "simulate", *options.simulate, *options.engine, model])
    if simulated.returncode not in (0, 1):
        return "skipped", "does not run: " + first_line(simulated.stderr)
    with tempfile.TemporaryDirectory() as folder:
        source, program = os.path.join(folder, "model.c"), os.path.join(folder, "model")
        made = run([*options.convert, model, source])
        if made.returncode != 0:
            return "failed", "convert: " + first_line(made.stderr)
        built = run([options.compiler, *FLAGS, *options.cflags, source, "-o", program, "-lm"])
        if built.returncode != 0:
            return "failed", "compiler: " + first_line(built.stderr)
        done = run([program, *options.simulate])
        if done.returncode not in (0, 1):
            return "failed", f"exit {done.returncode}: {first_line(done.stderr)}"
        reason = difference(done.stdout, simulated.stdout)
        return ("failed", reason) if reason else ("passed", "")


def try_check(options, model):
    try:
        return check(options, model)
    except subprocess.TimeoutExpired as error:
        return "failed", f"no end after {TIME_LIMIT_S} s: {error.cmd[0]}"


def read_options(arguments):
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--detente", default=os.path.join(root, "build", "detente"))
    parser.add_argument("--convert", help="command that takes MODEL OUT; default detente convert")
    parser.add_argument("--suite",
                        default=os.path.join(root, "..", "shared", "suites", "test-models"))
    parser.add_argument("--compiler", default="gcc")
    parser.add_argument("--cflags", default="", help="more of them")
    parser.add_argument("--simulate", default="", metavar="OPTIONS",
                        help="for both programs, such as '--seed 7'")
    parser.add_argument("--engine", default="", metavar="OPTIONS",
                        help="for detente simulate alone, where --convert makes the other differ")
    parser.add_argument("--only", default="*", metavar="GLOB")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("-v", "--verbose", action="store_true", help="models that do not run too")
    options = parser.parse_args(arguments)
    options.convert = (shlex.split(options.convert) if options.convert
                       else [options.detente, "convert"])
    options.cflags, options.simulate = shlex.split(options.cflags), shlex.split(options.simulate)
    options.engine = shlex.split(options.engine)
    options.extra = [os.path.join(root, model) for model in EXTRA_MODELS]
    return options


def main(arguments):
    options = read_options(arguments)
    models = [m for m in [*find_models(options.suite), *options.extra]
              if fnmatch.fnmatch(m, options.only) or fnmatch.fnmatch(os.path.basename(m), options.only)]
    if not os.access(options.detente, os.X_OK):
        print(f"export: skipped, there is no program {options.detente}")
        return 77
    count = {"passed": 0, "failed": 0, "skipped": 0}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for model, (outcome, reason) in zip(models, pool.map(
                lambda m: try_check(options, m), models)):
            count[outcome] += 1
            if outcome == "failed" or (options.verbose and reason):
                print(f"{outcome:8}{os.path.relpath(model, options.suite)}: {reason}")
    print(f"not run by the engine: {count['skipped']}")
    print(f"export: {count['passed']} passed, {count['failed']} failed")
    return 1 if count["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
