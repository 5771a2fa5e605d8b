#!/usr/bin/env python3
"""A case beside its recorded series: deaths by year and month, or any count by year.

Usage: calibration.py DETENTE CASE_FOLDER [--runs N] [--count VARIABLE] [--set NAME=VALUE]

Lays an overlay over a copy of the case that counts, within each year and each month, the variable
behind the case's first observed series (or VARIABLE, one that only rises); runs the ensemble,
parameters and hypotheses from their priors; prints for each year the recorded figure and the
model's median and 5 to 95 percent band, then how many months lie inside theirs. With --count, the
years to the end of the record and no recorded figures. Nothing is fitted here.
"""
import argparse
import csv
import datetime
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

OVERLAY = """{UTF-8}
%(kind)s table(
\t[(0,0)-(9999,9999)], %(steps)s)
\t~\tDmnl
\t~\tNumber of the %(kind)s. Source: definition.
\t|

%(kind)s number=
\t%(kind)s table(Time/one week)
\t~\tDmnl
\t~\tNumber of the %(kind)s now. Source: definition.
\t|

%(kind)s before=
\tINTEG((%(kind)s number-%(kind)s before)/TIME STEP, 0)
\t~\tDmnl
\t~\tThat of the step before. Source: definition.
\t|

%(kind)s base=
\tSAMPLE IF TRUE(%(kind)s number > %(kind)s before, %(variable)s, 0)
\t~\tPersons
\t~\tCount at its beginning. Source: definition.
\t|

%(kind)s count=
\t%(variable)s-%(kind)s base
\t~\tPersons
\t~\tCount since its beginning. Source: definition.
\t|
"""


def overlay(kind, edges, variable):
    """Equations that count within periods; `edges` are the weeks at which one ends."""
    steps = ["(0,0)"]
    for n, edge in enumerate(edges):
        steps += ["(%.6f,%d)" % (edge - 1e-5, n), "(%.6f,%d)" % (edge, n + 1)]
    return OVERLAY % {"kind": kind, "steps": ", ".join(steps), "variable": variable}


def month_ends(path, start):
    """(day after the month, deaths) of each recorded month, the first cut to what is modelled."""
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith(("#", "date"))]
    ends = []
    for day, n in rows:
        last = datetime.date.fromisoformat(day)
        if last > start:
            part = min(1.0, ((last - start).days + 1) / last.day)
            ends.append((last + datetime.timedelta(1), float(n) * part, part == 1.0))
    return ends


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1][7:])
    parser.add_argument("detente")
    parser.add_argument("case", type=pathlib.Path)
    parser.add_argument("--runs", default="1500")
    parser.add_argument("--count")
    parser.add_argument("--set", action="append", default=[])
    args = parser.parse_args()
    case = (args.case / "case.yaml").read_text(encoding="utf-8")
    series = re.search(r"^observed:\n  - id: .*\n    name: \"(.*)\"\n    file: (.*)\n    outcome: (.*)$",
                       case, re.M)
    variable = args.count or re.search(r"\{id: %s,.*?variable: ([^,]*)," % series.group(3), case).group(1)
    start = datetime.date.fromisoformat(re.search(r"^  start: (.*)$", case, re.M).group(1))
    decide = datetime.date.fromisoformat(re.search(r"^  decide_on: (.*)$", case, re.M).group(1))
    ends = month_ends(args.case / series.group(2), start)
    week = lambda day: (day - start).days / 7
    final = decide if args.count else ends[-1][0]
    years = [datetime.date(y, 1, 1) for y in range(start.year + 1, final.year + 1)]
    years += [final] if final > years[-1] else []
    with tempfile.TemporaryDirectory() as temporary:
        copy = pathlib.Path(temporary) / "case"
        shutil.copytree(args.case, copy)
        counts = overlay("month", [week(day) for day, _, _ in ends], variable)
        counts += overlay("year", [week(day) for day in years], variable).replace("{UTF-8}", "")
        (copy / "count.mdl").write_text(counts, encoding="utf-8")
        (copy / "case.yaml").write_text(
            case.replace("overlays: [chance.mdl]", "overlays: [chance.mdl, count.mdl]"), encoding="utf-8")
        model = (copy / "model.mdl").read_text(encoding="utf-8")
        (copy / "model.mdl").write_text(
            model.replace("SAVEPER=\n\t1\n", "SAVEPER=\n\t0.25\n"), encoding="utf-8")
        command = [args.detente, "ensemble", str(copy), "--runs", args.runs, "-q",
                   "--stop", str(int(week(final)) + 2), "--save", "month count,year count"]
        for setting in args.set:
            command += ["--set", setting]
        out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    table = {(row["variable"], float(row["time"])): row for row in csv.DictReader(out.splitlines())}

    def band(kind, day):
        step = max(t for v, t in table if v == kind and t < week(day) - 1e-9)
        return [float(table[kind, step][q]) for q in ("p50", "p05", "p95")]

    print("%s runs; %s" % (args.runs, variable if args.count else series.group(1)))
    print("year recorded median p05 p95")
    previous = start
    for day in years:
        recorded = "-" if args.count else "%.0f" % sum(n for end, n, _ in ends if previous < end <= day)
        print(previous.year, recorded, *("%.0f" % x for x in band("year count", day)))
        previous = day
    if not args.count:
        whole = [(band("month count", day), n) for day, n, full in ends if full]
        inside = sum(low <= n <= high for (_, low, high), n in whole)
        print("%d of %d whole months inside the 5 to 95 percent band" % (inside, len(whole)))


if __name__ == "__main__":
    main()
