#!/usr/bin/env python3
"""Show by computation, without the program, what tests/suite-faults.md says of the suite's files.

    tools/suite_proofs.py        one line for each entry; exit status 1 if one does not hold

The files are read as text and the models in question are computed here, in a few lines each. So
the list of faults can be checked by somebody who does not trust the engine.
"""

import argparse
import os
import re
import struct
import sys

import suite


def table_of(folder, name):
    return suite.parse_table(suite.read_text(os.path.join(folder, name)))


def column(table, name):
    return [suite.to_number(cell) for cell in table.columns[suite.name_key(name)]]


def reference_of(folder):
    return next(f for f in sorted(os.listdir(folder)) if f.startswith("output"))


def numbers_in(text):
    return {float(n) for n in re.findall(r"(?<![\w.])\d*\.?\d+(?:[eE][-+]?\d+)?(?![\w.])", text)}


# ---- Equations and macros that are not there --------------------------------------------------


def lost_equations(root, folder, model):
    """The file holds the word that stands for a lost equation."""
    text = suite.read_text(os.path.join(root, folder, model))
    lost = re.findall(r'name="([^"]*)">(?:(?!</(?:aux|flow|stock)>).)*?<eqn>\s*\?\?\?\s*</eqn>',
                      text, re.DOTALL)
    return bool(lost), f"equations that read ???: {text.count('???')} ({', '.join(sorted(set(lost)))})"


def lost_macro(root, folder, model):
    """A function is called that the file does not define, and the .mdl beside it does."""
    text = suite.read_text(os.path.join(root, folder, model))
    source = next(f for f in os.listdir(os.path.join(root, folder)) if f.endswith(".mdl"))
    vensim = suite.read_text(os.path.join(root, folder, source))
    names = [n.strip() for n in re.findall(r":MACRO:\s*([^(]*)\(", vensim)]
    called = [n for n in names if re.search(re.escape(n) + r"\s*\(", text)]
    return bool(called) and "<macro" not in text, f"calls {', '.join(called)}; <macro> elements: {text.count('<macro')}"


# ---- Files that are compared with what was not made from them -----------------------------------


def other_model(root, folder, model):
    """0 is what the other model says; this one's equation gives 2 * 3."""
    reference = table_of(os.path.join(root, folder), reference_of(os.path.join(root, folder)))
    text = suite.read_text(os.path.join(root, folder, model))
    at_start = column(reference, "conflict var[A,D]")[0]
    equation = re.search(r"conflict var\[dim1,dim2\]=\s*(.*)", text).group(1).strip()
    stock = re.search(r"var 2dim\[dim1, dim2\]= INTEG \(\s*[^,]*, ?[^,]*,\s*(\d+)\)", text).group(1)
    return at_start == 0 and float(stock) != 0, \
        f"conflict var = {equation} starts at 2 * {stock}; the reference has {at_start:g}"


def other_times(root, folder, model):
    """The reference's times are outside the model's own."""
    reference = table_of(os.path.join(root, folder), reference_of(os.path.join(root, folder)))
    text = suite.read_text(os.path.join(root, folder, model))
    own = [float(re.search(rf"{name}\s*=\s*(-?[\d.]+)", text).group(1))
           for name in ("INITIAL TIME", "FINAL TIME")]
    theirs = reference.times[0], reference.times[-1]
    return theirs[0] < own[0] or theirs[1] > own[1], \
        f"runs from {own[0]:g} to {own[1]:g}; the reference from {theirs[0]:g} to {theirs[1]:g}"


def other_chance(root, folder, model):
    """The columns that differ follow from one that another program drew at random."""
    reference = table_of(os.path.join(root, folder), reference_of(os.path.join(root, folder)))
    text = suite.read_text(os.path.join(root, folder, model))
    drawn = column(reference, "kWhPerStovePerDay")
    rate = column(reference, "EnergyConsumptionRate")
    stock = column(reference, "WorkingProductsInHouseholds")
    product = all(abs(r - d * s) <= 1e-12 * max(1.0, abs(r)) for r, d, s in zip(rate, drawn, stock))
    asked = re.search(r"kWhPerStovePerDay=\s*(RANDOM UNIFORM\([^)]*\))", text).group(1)
    return product and len(set(drawn)) > 500 and 0.23 <= min(drawn) and max(drawn) <= 0.53, \
        f"{asked}: {len(set(drawn))} different draws, from {min(drawn):.4f} to {max(drawn):.4f}; " \
        "EnergyConsumptionRate is their product with WorkingProductsInHouseholds to the last bit"


def other_method(root, folder, model):
    """The file asks for RK4; the reference is Euler's, whose .mdl says so."""
    reference = table_of(os.path.join(root, folder), reference_of(os.path.join(root, folder)))
    text = suite.read_text(os.path.join(root, folder, model))
    method = re.search(r'method="([^"]*)"', text).group(1)
    want = column(reference, "stockmixed")
    euler, exact = [0.0], [0.0]
    for t in range(10):
        euler.append(euler[-1] + (0.1223 - 0.5 - t - 0.3))
        exact.append((0.1223 - 0.5 - 0.3) * (t + 1) - (t + 1) ** 2 / 2)  # RK4 is exact here
    same = all(abs(a - b) < 1e-4 for a, b in zip(euler, want))
    return method == "RK4" and same and abs(exact[1] - want[1]) > 0.4, \
        f"method={method}; at 1 Euler gives {euler[1]:.4f}, RK4 {exact[1]:.4f}, the reference {want[1]}"


# ---- Single precision ---------------------------------------------------------------------------


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def roessler(number):
    """Values of (dxdt, dydt, dzdt, x, y, z) by Euler, every operation rounded by `number`."""
    a, b, c = number(0.2), number(0.2), number(5.7)
    x, y, z, dt = number(0.5), number(0.5), number(0.4), 0.03125
    while True:
        rates = (number(number(-y) - z), number(x + number(a * y)),
                 number(b + number(z * number(x - c))))
        yield *rates, x, y, z
        x, y, z = (number(v + number(dt * r)) for v, r in zip((x, y, z), rates))


def single_precision(root, folder, model):
    """Computed in single precision the whole reference is met; in double it is not."""
    reference = table_of(os.path.join(root, folder), reference_of(os.path.join(root, folder)))
    misses = {}
    for name, number in (("single", single), ("double", float)):
        misses[name] = 0
        rows = roessler(number)
        for i in range(len(reference.times)):
            for key, value in zip(("dxdt", "dydt", "dzdt", "x", "y", "z"), next(rows)):
                cell = reference.columns[key][i]
                r = float(cell)
                slack = max(1e-4 * abs(r), suite.half_digit(cell, r, 1))
                misses[name] += abs(value - r) > slack
    n = 6 * len(reference.times)
    return misses["single"] == 0 and misses["double"] > 0, \
        f"of {n} values {misses['single']} are missed in single precision, {misses['double']} in double"


PROOFS = {"lost equations": lost_equations, "lost macro": lost_macro, "other model": other_model,
          "other times": other_times, "other chance": other_chance, "other method": other_method,
          "single precision": single_precision}


def main(arguments):
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suite", default=os.path.join(root, "..", "shared", "suites", "test-models"))
    options = parser.parse_args(arguments)
    if not os.path.isdir(options.suite):
        print(f"proofs: skipped, there is no folder {options.suite}")
        return 77
    failed = 0
    faults = suite.read_faults()
    for path, kind in sorted(faults.items()):
        folder, model = os.path.split(path)
        holds, says = PROOFS[kind](options.suite, folder, model)
        failed += not holds
        print(f"{'holds' if holds else 'FAILS'}  {path}: {kind}: {says}")
    print(f"proofs: {len(faults) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
