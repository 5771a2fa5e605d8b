"""`detente bench` over a set of models, and its figures as tables.

usage: bench_table.py DETENTE FOLDER MODEL|CASE...

Writes FOLDER/bench.md and FOLDER/bench.jsonl and prints the tables: one with the widest vectors that the machine has;
where these are AVX-512, one with AVX2 for the model and for its C, as on machines that have no more. Models that are missing (the field's
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


def measure(detente, models, options):
    """Rows of the models that are here; None where one fails."""
    rows = []
    for model in models:
        result = subprocess.run([detente, "bench", model, "-q", "-f", "json", *options], text=True,
                                stdout=subprocess.PIPE, check=False)
        if result.returncode != 0:
            print(f"detente bench {model} failed ({result.returncode})", file=sys.stderr)
            return None
        rows.append(json.loads(result.stdout))
        print(f"{model}: done", file=sys.stderr)
    return rows


def main():
    detente, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    models = [m for m in sys.argv[3:] if pathlib.Path(m).exists()]
    for model in sorted(set(sys.argv[3:]) - set(models)):
        print(f"{model} is not here: left out", file=sys.stderr)
    sets = [("the widest vectors", [])]
    if " avx512dq " in pathlib.Path("/proc/cpuinfo").read_text():
        sets.append(("`--isa avx2`", ["--isa", "avx2"]))
    text, lines = f"`detente bench MODEL -f json`, {processor()}", ""
    for name, options in sets:
        rows = measure(detente, models, options)
        if rows is None:
            return 1
        text += f"\n\n{name}; load {os.getloadavg()[0]:.1f} at the end\n\n{table(rows)}"
        lines += "".join(json.dumps({**row, "isa": options[-1] if options else "widest"}) + "\n"
                         for row in rows)
    (folder / "bench.md").write_text(text + "\n")
    (folder / "bench.jsonl").write_text(lines)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
