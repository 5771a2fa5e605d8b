"""`detente bench` over a set of models, and its figures as a table.

usage: bench_table.py DETENTE FOLDER MODEL|CASE...

Writes FOLDER/bench.md and FOLDER/bench.jsonl and prints the table. Models that are missing (the field's
test models are not part of the project) are left out by name. All figures of a row are medians of one
run; ratios are of one core against one core.
"""

import json
import os
import pathlib
import subprocess
import sys

COLUMNS = [("model", "model", "{}"), ("variables", "variables", "{:,}"), ("steps", "steps", "{:,}"),
           ("compile", "compile_s", "{:.3f} s"), ("runs a second", "runs_per_s", "{:,.0f}"),
           ("ns, variable and step", "ns_per_variable_step", "{:.4f}"),
           ("of vector peak", "share_of_vector_peak", "{:.1%}"),
           ("times scalar C", "ratio_to_scalar_c", "{:.2f}")]


def processor():
    """The processor's own name, and the cores that this process may use."""
    cores = len(os.sched_getaffinity(0))
    name = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith(("model name", "Model")):
            name = line.split(":", 1)[1].strip()
            break
    family = [line.split(":", 1)[1].strip()
              for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
              if line.startswith(("cpu family", "model\t"))][:2]
    return f"{name}{', family ' + ' model '.join(family) if family else ''}, {cores} cores"


def table(rows):
    """Markdown of the rows."""
    lines = ["| " + " | ".join(c[0] for c in COLUMNS) + " |",
             "| --- |" + " ---: |" * (len(COLUMNS) - 1)]
    for row in rows:
        cells = [c[2].format(row[c[1]]) if row[c[1]] is not None else "-" for c in COLUMNS]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    detente, folder, models = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    rows = []
    for model in models:
        if not pathlib.Path(model).exists():
            print(f"{model} is not here: left out", file=sys.stderr)
            continue
        result = subprocess.run([detente, "bench", model, "-q", "-f", "json"], text=True,
                                stdout=subprocess.PIPE, check=False)
        if result.returncode != 0:
            print(f"detente bench {model} failed ({result.returncode})", file=sys.stderr)
            return 1
        rows.append(json.loads(result.stdout))
        print(f"{model}: done", file=sys.stderr)
    load = os.getloadavg()[0]
    text = (f"`detente bench MODEL -f json`, {processor()}; load {load:.1f} at the end\n\n"
            f"{table(rows)}\n")
    (folder / "bench.md").write_text(text)
    (folder / "bench.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
