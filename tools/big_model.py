#!/usr/bin/env python3
"""Time and memory that reading and checking a large model takes.

    tools/big_model.py                       20,000 equations as .mdl and as .xmile: a line for each
    tools/big_model.py --equations 5000 --require   exit 1 if a check fails or takes too much memory

The model is made here: stocks that are fed and drained, each with two flows, a constant, an
auxiliary and a table, coupled with neighbours, so that names, units, documentation, lookups and
feedback loops are all there. `detente check` does the work; its time is the wall clock's, its
memory the largest that the system counted (ru_maxrss). The aim is under 2 s and under 500 MB;
the time depends on what else the machine does, so it is printed and fails nothing.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time

AIM_S, AIM_MB = 2.0, 500.0
PER_PART = 8  # equations of one part of the model


def equations(n_part):
    """(name, kind, equation, unit, doc) of one part after the other."""
    for i in range(n_part):
        before = (i - 1) % n_part
        yield (f"stock {i}", "stock", (f"inflow {i}", f"outflow {i}", f"{i % 17 + 1}"), "Person", f"Held in part {i}.")
        yield (f"inflow {i}", "flow", f"rate {i} * gap {i} * effect {i}", "Person/Month", f"What comes in, part {i}.")
        yield (f"outflow {i}", "flow", f"stock {i} / lifetime {i}", "Person/Month", f"What leaves, part {i}.")
        yield (f"rate {i}", "const", f"0.{i % 9 + 1}", "1/Month", f"An assumption, part {i}.")
        yield (f"lifetime {i}", "const", f"{i % 23 + 2}", "Month", f"An assumption, part {i}.")
        yield (f"gap {i}", "aux", f"max(0, goal {i} - stock {i})", "Person", f"Missing in part {i}.")
        yield (f"goal {i}", "aux", f"100 + 0.1 * stock {before}", "Person", f"Wished for by part {before}.")
        yield (f"effect {i}", "table", f"stock {i} / goal {i}", "Dmnl", f"Crowding in part {i}.")


POINTS = [(0, 1), (0.25, 0.9), (0.5, 0.7), (0.75, 0.4), (1, 0.1)]


def write_mdl(path, n_part):
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write("{UTF-8}\n")
        for name, kind, text, unit, doc in equations(n_part):
            if kind == "stock":
                text = f"INTEG({text[0]} - {text[1]}, {text[2]})"
            elif kind == "table":
                pairs = ",".join(f"({x},{y})" for x, y in POINTS)
                text = f"WITH LOOKUP({text}, ([(0,0)-(1,1)],{pairs}))"
            out.write(f"{name} = {text}\n\t~\t{unit}\n\t~\t{doc}\n\t|\n\n")
        for name, value in (("FINAL TIME", 10), ("INITIAL TIME", 0), ("TIME STEP", 1), ("SAVEPER", 1)):
            out.write(f"{name} = {value}\n\t~\tMonth\n\t~\t\n\t|\n\n")


def measure(program, path):
    """(seconds, MB, exit status) of `detente check`; the child runs alone in a shell of its own."""
    begin = time.monotonic()
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execv(program, [program, "check", path])
    _, status, used = os.wait4(pid, 0)
    return time.monotonic() - begin, used.ru_maxrss / 1024.0, os.waitstatus_to_exitcode(status)


def main(arguments):
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--detente", default=os.path.join(root, "build", "detente"))
    parser.add_argument("--equations", type=int, default=20000)
    parser.add_argument("--require", action="store_true", help="exit 1 if a check fails or misses the aim for memory")
    parser.add_argument("--keep", metavar="FOLDER", help="write the models there and keep them")
    options = parser.parse_args(arguments)
    n_part = -(-options.equations // PER_PART)
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        folder = options.keep or folder
        vensim, xmile = os.path.join(folder, "big.mdl"), os.path.join(folder, "big.xmile")
        write_mdl(vensim, n_part)
        subprocess.run([options.detente, "convert", vensim, xmile], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for path in (vensim, xmile):
            runs = [measure(options.detente, path) for _ in range(3)]
            seconds, memory, status = sorted(runs)[1]
            missed = missed or status != 0 or memory >= AIM_MB
            print(f"check of {n_part * PER_PART} equations, {os.path.splitext(path)[1]} "
                  f"({os.path.getsize(path) / 1e6:.1f} MB): {seconds:.2f} s, {memory:.0f} MB, "
                  f"exit {status} (aim: {AIM_S:g} s, {AIM_MB:g} MB)")
    return 1 if options.require and missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
