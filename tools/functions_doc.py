#!/usr/bin/env python3
"""Make docs/functions.md from src/model/functions.def and the tests that call each function.

    tools/functions_doc.py            writes docs/functions.md
    tools/functions_doc.py --check    exit 1 if docs/functions.md is not what would be written

A test is named where a model in tests/lang, or a text in tests/unit, calls the function: of several
the one with the most functions.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENTRY = re.compile(
    r'^DTN_FN\((\w+), "([^"]*)", ([VXB]), (\d+), (\d+), (\w+), "([^"]*)",'
    r'\s*"([^"]*)",\s*"([^"]*)",\s*((?:"[^"]*"\s*)+)\)', re.MULTILINE)
FORMATS = {"V": "Vensim", "X": "XMILE", "B": "both"}
GROUPS = (
    ("PURE", "Values"), ("TIME", "Time"), ("STATE", "Memory"), ("ARRAY", "Arrays"),
    ("DRAW", "Random numbers"), ("DATA", "Data"), ("LATER", "Known, not running yet"))

HEAD = "| Function | Format | Gives | Units | Source | Test |\n|---|---|---|---|---|---|\n"
INTRO = """\
# Functions

Every function that Détente knows by name, in models of either format. Names are not
case-sensitive; spaces and underscores are the same. A function of the other format is accepted too.
Arguments in brackets may be left out. Written by `tools/functions_doc.py` from
`src/model/functions.def`: change it there.

Units: what the checker asks of the arguments, in their order, and behind the arrow what it says of
the result. A letter is some unit, the same wherever it stands (a capital: none where its arguments are
left out); `t` the time unit, `1` none, `_` not asked, `?` not known; `1|1/t` either. An argument with `~`
may be a bare number: an initial value, a bound or a missing value has the unit that is needed there.
The arguments of a table have no unit of their own in either format, so what they are is never asked of one call
alone. What hangs on more than units is told in words. The rules: `src/check/unit_rule.c`.

Where manual and standard are silent, results follow the references of the SDXorg test-models; what
remains is this program's decision, marked *our reading* where another one would be as good. One of no
function: in XMILE a dimension and a variable may have one name, which is the dimension's inside of
subscripts and the variable's elsewhere; the standard says only that names of dimensions hold for the whole model.
In Vensim, which has one space of names, it is an error (210). Two points of a table at one x are a jump, at which
the second counts; where their values differ a warning asks whether one is a slip (W107).

Macros may call themselves, up to 60 deep, less where one does so more than once; what would be deeper has no
value. One whose value needs its own by way of operators and names alone never ends and is refused (E501); IF THEN
ELSE, or another function, may end it. A mistake inside a macro is told once, with how many further expansions have it.
"""
NOTES = {
    "TIME": """\
Times are met with half a step of tolerance, as Vensim does; a pulse or step keeps its value through
a Runge-Kutta step. Vensim's `Time` is a variable, not a function.
""",
    "STATE": """\
Each call has a memory of its own: hidden stocks or held values. The smooths and delays of XMILE and
Vensim's SMOOTH, SMOOTH3, DELAY1 and DELAY3 are stocks and follow the integration method; SMOOTH N
and DELAY N step with the time. An order n may be any expression: it is rounded and held from the
start, in each run its own. Where constants do not settle it, at most 100 stages are kept, and a run
that asks for more has no value. By their definitions (Vensim's reference for DELAY3 and SMOOTH, isee's
for DELAY1) delays and smooths by stages divide by their time: a constant time of 0 is refused (E212),
as one below zero is, wherever its value is used. In `IF THEN ELSE(d > 0, DELAY3(x, d), x)` with d = 0 it is not, and the
model runs; so where the branch is closed by constants, or the condition names what the time names. DELAYP has a
pipeline beside its value, so there a time of 0 is refused in any branch. DELAY FIXED and DELAY take one step then, as Vensim does, and so do DELAY MATERIAL
and DELAY INFORMATION. Delays by whole steps (DELAY, DELAY FIXED, DELAY MATERIAL, DELAY
INFORMATION) need a constant time step, as do DELAY CONVEYOR, HISTORY, the rates of return, DELAY
PROFILE, the depreciations and the figures of queues, which keep a value of each step, 20000 at most.

`check` warns of stocks that change by their own value sooner than a time step takes (W211) as far as constants tell: the
rate is read as a line in the stock, through auxiliaries, operators and constants, for arrays with each element's own. It
does not look at rates by way of another stock or a function (MIN, IF THEN ELSE, a table), at stocks that are kept from
falling below zero, nor at elements with equations of their own: no warning there says nothing.
""",
    "ARRAY": """\
A function that gives a whole row (VECTOR SORT ORDER, VECTOR RANK, VECTOR REORDER, INVERT MATRIX,
ALLOCATE AVAILABLE, ALLOCATE BY PRIORITY) needs a left side over the range that its first argument
ends with (FIND ZERO: its second), and may stand in any expression there. Equal values keep their order.
""",
    "DRAW": """\
Each call draws from its own stream, one uniform for a value, by inversion: the value rises with the
uniform. A draw is made once a step. Vensim's functions give shift + stretch X (*mean* and *sd* of
the normal are such), XMILE's scale likewise. Bounds truncate: the value is drawn given that it lies
between them, no bounds where low is not below high. A stream or seed other than 0 picks another
stream; it does not make the runs of an ensemble alike. Stream 0 of a Vensim model with a
NOISE SEED is the one of that seed. Numbers differ from those of other programs.
""",
    "DATA": """\
See [decision 0006](decisions/0006-data-from-files.md) for the files that are read.
""",
    "LATER": """\
A model that calls one of these is read, checked and written; it does not run (E505, E506). Vensim's maker says
that the form of `.vdf` files is proprietary and not documented: export the run as `.tab`, `.csv` or
`.xlsx` and give it with `--data`, or read it by GET XLS DATA and its kin.

Nor do these of conveyors and queues (E504), for which no rule is published that settles the numbers:
an inflow that spreads by its source from leaks of whole numbers (let them leak any amount);
exponential leaks some of which are of whole numbers and some not (write two conveyors one after the
other, or linear leaks); a queue that is purged by age (let a conveyor with that transit time take what is
too old).

Nor what asks material for its time stamp or attribute (CYCLETIME, THROUGHPUT, CT..., ATTR...). isee's help
("Attribute and Cycle Time Tracking", "Cycle-time builtins") says that a flow stamps what passes, that the stamp
travels through conveyors, queues and ovens, and through non-negative stocks under an integration method of its
own. What we found of it does not say how a file marks a stamped flow or gives the attribute's equation, over
which stretch of the run means and extremes are taken, or in which order a plain stock gives its material
back; no file with its results was at hand. What stands in a conveyor by age can be asked for: AGECOUNT.
""",
}


class Function:
    def __init__(self, match):
        (self.id, self.key, self.format, low, high, self.group, self.units, self.arguments,
         self.source, says) = match.groups()
        self.takes_none = int(high) == 0
        self.may_be_bare = int(low) == 0
        self.says = "".join(re.findall(r'"([^"]*)"', says))
        if re.match(r"get_(xls|direct|123|data)_|time_shift$|cumulatef?$", self.key):
            self.group = "DATA"

    @property
    def name(self):
        name = self.key.upper()
        return name if self.format == "X" else name.replace("_", " ")

    def calls(self):
        """What a call of it looks like in a model's text."""
        name = r"[\s_]+".join(map(re.escape, self.key.split("_")))
        if self.key == "if_then_else":
            name = r"if(?:[\s_]+then[\s_]+else)?"
        end = r"\b" if self.may_be_bare else r"\s*\("
        return re.compile(r"(?<![\w.])(?<!\w )" + name + end, re.IGNORECASE)


def functions():
    text = (ROOT / "src/model/functions.def").read_text(encoding="utf-8")
    found = [Function(m) for m in ENTRY.finditer(text)]
    if len(found) != len(re.findall(r"^DTN_FN\(", text, re.MULTILINE)):
        raise SystemExit("functions_doc: an entry of functions.def has another form")
    return [f for f in found if f.says]


def equations(path):
    """What of a test can call functions: of C the strings, of models all but comments."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".c":
        return "\n".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', text))
    if path.suffix == ".mdl":
        return re.sub(r"~[^|]*\|", "|", text.split("\\\\\\---///")[0])
    return "\n".join(re.findall(r"<eqn>(.*?)</eqn>", text, re.DOTALL))


def tests():
    """Path and text of each test file, by format: models of both, unit tests in C."""
    lang = sorted((ROOT / "tests/lang").iterdir())
    found = {"V": [], "X": [], "c": []}
    for path in lang:
        if not re.match(r"[ew](\d\d\d)?-", path.name) and path.suffix in (".mdl", ".xmile"):
            found["V" if path.suffix == ".mdl" else "X"].append((path, equations(path)))
    for path in sorted((ROOT / "tests/unit").glob("test_*.c")):
        found["c"].append((path, equations(path)))
    return found


def test_of(function, found, n_called):
    kinds = "VX" if function.format == "B" else function.format
    calls = function.calls()
    for group in (sum((found[k] for k in kinds), []), found["c"]):
        paths = [path for path, text in group if calls.search(text)]
        if paths:
            return min(paths, key=lambda path: (path.stem == "test_export", -n_called[path], path.name))
    return None


def units(function):
    """The rule for units as a cell of the table."""
    if function.units.startswith("!"):
        return function.units[1:]
    takes, gives = (side.strip() for side in function.units.split(":"))
    rule = f"{takes} → {gives}" if takes else gives
    return "`" + rule.replace("|", "\\|") + "`"


def row(function, test):
    call = function.name if function.takes_none else f"{function.name}({function.arguments})"
    says = re.sub(r"([|*_<\[\]])", r"\\\1", function.says)
    call = call.replace("|", "\\|")
    link = f"[{test.stem}](../{test.relative_to(ROOT)})" if test else ""
    return (f"| `{call}` | {FORMATS[function.format]} | {says} | {units(function)} "
            f"| {function.source} | {link} |\n")


def document():
    known, found = functions(), tests()
    files = sum(found.values(), [])
    n_called = {path: sum(1 for f in known if f.calls().search(text)) for path, text in files}
    out = [INTRO]
    for group, title in GROUPS:
        out.append(f"\n## {title}\n\n")
        if group in NOTES:
            out.append(NOTES[group] + "\n")
        out.append(HEAD)
        for f in sorted((f for f in known if f.group == group), key=lambda f: (f.name, f.format)):
            out.append(row(f, None if group == "LATER" else test_of(f, found, n_called)))
    return "".join(out)


def main():
    path = ROOT / "docs/functions.md"
    text = document()
    if "--check" in sys.argv[1:]:
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            print("docs/functions.md is not up to date: run tools/functions_doc.py")
            return 1
        return 0
    path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
