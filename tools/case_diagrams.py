#!/usr/bin/env python3
"""Draw a case's diagrams from its equations.

Usage: case_diagrams.py DETENTE CASE_FOLDER OUT_FOLDER [--check]

From `detente explain -f json` (variables, groups, direct links with signs, declared loops), through
Graphviz (`dot`, `circo`; tools/install.sh docs), one SVG each:
- parts.svg: the parts of the model, an arrow where variables of one stand in equations of another,
  the thicker the more;
- part-Sxx.svg: stocks (boxes), flows (bold arrows into and out of them), events and auxiliaries of
  a part; grey: causes in other parts. Constants are left out.
- loop-ID.svg: each declared loop as its chain; + same direction, - opposite, ? by circumstances.
Each SVG carries the hash of the text it was drawn from. --check draws nothing: exit 1 where a
file is missing or carries another hash.
"""
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import textwrap

STYLE = ('node [fontname="Helvetica", fontsize=10, margin="0.06,0.03"]; '
         'edge [fontname="Helvetica", fontsize=10, arrowsize=0.6, color="#555555"];')
SIGN = {"+": "+", "-": "−", "?": "?"}
COLOUR = {"+": "#1b6ca8", "-": "#b3541e", "?": "#777777"}


def quote(text):
    return json.dumps(text, ensure_ascii=False)


def label(name, width=20):
    return quote("\n".join(textwrap.wrap(name, width)))


def drawing(text, engine="dot"):
    return engine, text


def parts(variables, links):
    """The parts and how many links go from one to the other."""
    count = {}
    for link in links:
        a, b = (variables[link[k]].get("group") or "" for k in ("cause", "effect"))
        if a != b and a[:1] == b[:1] == "S" and "S00" not in (a[:3], b[:3]):
            count[a, b] = count.get((a, b), 0) + 1
    groups = sorted({v["group"] for v in variables.values()
                     if (v.get("group") or "").startswith("S") and not v["group"].startswith("S00")})
    lines = ["digraph parts {", STYLE, "layout=circo; overlap=false;"]
    for group in groups:
        lines.append(f"{quote(group)} [shape=box, style=rounded, label={label(group, 18)}];")
    for (a, b), n in sorted(count.items()):
        if n >= 2:
            lines.append(f"{quote(a)} -> {quote(b)} [penwidth={0.4 + 0.25 * n:.2f}, tooltip={quote(f'{n} links')}];")
    return drawing("\n".join(lines + ["}", ""]), "circo")


def part(group, variables, links):
    inside = {n for n, v in variables.items()
              if v.get("group") == group and v["kind"] not in ("constant", "lookup")}
    shown, edges = set(inside), []
    for link in links:
        cause, effect = link["cause"], link["effect"]
        if effect not in inside or cause == effect or link["is_initial"]:
            continue
        if variables[cause]["kind"] in ("constant", "lookup"):
            continue
        shown.add(cause)
        flow = variables[effect]["kind"] == "stock" and variables[cause]["kind"] == "flow"
        if flow and link["sign"] == "-":
            edges.append(f"{quote(effect)} -> {quote(cause)} [penwidth=3, color=\"#333333\", arrowhead=normal];")
        elif flow:
            edges.append(f"{quote(cause)} -> {quote(effect)} [penwidth=3, color=\"#333333\"];")
        else:
            colour = COLOUR[link["sign"]]
            edges.append(f"{quote(cause)} -> {quote(effect)} [color=\"{colour}\"];")
    lines = ["digraph part {", STYLE, "rankdir=LR; nodesep=0.12; ranksep=0.35; concentrate=false;"]
    for name in sorted(shown):
        kind = variables[name]["kind"]
        if name not in inside:
            form = 'shape=plaintext, fontcolor="#888888"'
        elif kind == "stock":
            form = 'shape=box, style=filled, fillcolor="#e8f0e4"'
        elif kind == "flow":
            form = 'shape=hexagon, style=filled, fillcolor="#f4efe0"'
        else:
            form = "shape=plaintext"
        lines.append(f"{quote(name)} [{form}, label={label(name)}];")
    return drawing("\n".join(lines + sorted(edges) + ["}", ""]))


def loop(declared, signs):
    chain = declared["variables"]
    lines = ["digraph loop {", STYLE, "layout=circo; mindist=0.35;",
             f"label={quote(declared['id'] + ' (' + declared['polarity'] + '): ' + declared['name'])}; "
             'labelloc=t; fontname="Helvetica"; fontsize=13;']
    for name in chain:
        lines.append(f"{quote(name)} [shape=plaintext, label={label(name, 18)}];")
    for cause, effect in zip(chain, chain[1:] + chain[:1]):
        sign = signs[cause, effect]
        lines.append(f"{quote(cause)} -> {quote(effect)} "
                     f"[label={quote(SIGN[sign])}, color=\"{COLOUR[sign]}\", fontcolor=\"{COLOUR[sign]}\"];")
    return drawing("\n".join(lines + ["}", ""]), "circo")


def main(args):
    if not 3 <= len(args) <= 4 or args[3:] not in ([], ["--check"]):
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    told = json.loads(subprocess.run([args[0], "explain", args[1], "-f", "json", "-q"], check=True,
                                     stdout=subprocess.PIPE, text=True).stdout)
    variables = {v["name"]: v for v in told["variables"]}
    links = sorted(told["links"], key=lambda k: (k["effect"], k["cause"]))
    signs = {(k["cause"], k["effect"]): k["sign"] for k in links if not k["is_initial"]}
    texts = {"parts": parts(variables, links)}
    for group in sorted({v.get("group") or "" for v in variables.values()}):
        if re.match(r"S\d\d ", group) and not group.startswith("S00"):
            texts["part-" + group[:3]] = part(group, variables, links)
    for declared in told["declared_loops"]:
        texts["loop-" + declared["id"]] = loop(declared, signs)
    out, stale = pathlib.Path(args[2]), []
    for name, (engine, text) in sorted(texts.items()):
        path = out / (name + ".svg")
        mark = "<!-- drawn from text with SHA-256 %s -->" % hashlib.sha256(text.encode()).hexdigest()
        if path.is_file() and mark in path.read_text(encoding="utf-8"):
            continue
        stale.append(name)
        if not args[3:]:
            svg = subprocess.run([engine, "-Tsvg"], input=text, check=True, stdout=subprocess.PIPE,
                                 text=True).stdout
            svg = re.sub(r"<!-- Generated by.*?-->\n?", "", svg, flags=re.S)
            svg = re.sub(r"<!-- .*? -->\n", "", svg)
            out.mkdir(parents=True, exist_ok=True)
            path.write_text(svg.replace("<svg ", mark + "\n<svg ", 1), encoding="utf-8")
    extra = [p.name for p in out.glob("*.svg") if p.stem not in texts]
    if args[3:] and stale + extra:
        print("stale or not of the model: %s; run tools/case_diagrams.py" % ", ".join(stale + extra))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
