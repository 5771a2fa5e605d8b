"""The engine knows nothing of any case: no proper name of one stands in src/, include/ or the reader's
rules and lexicons (reader/actors.tsv lists every state, so it is left out).

Names come from the cases themselves (ids of cases, actors and outcomes, capitalised words of
actors' names) and from a list of words that any text on the first case would use.
usage: test_names.py ROOT
"""

import pathlib
import re
import sys

from tap import Tap

WORDS = """pakistan pakistani afghan afghans afghanistan taliban ttp tehrik kabul islamabad durand
balochistan baloch pashtun waziristan khyber kandahar rawalpindi doha torkham chaman haqqani
ireland irish""".split()
# Ordinary words that happen to be part of an id or a name.
ORDINARY = set("""actor anglo authorities command deaths defence forces government groups militants
ministry movement police security state states war""".split())


def names_of(case_text):
    """Ids of the case and its actors, and capitalised words inside the actors' names."""
    found = set(re.findall(r"[a-z]{4,}", (re.findall(r"^id: *(\S+)", case_text, re.M) or [""])[0]))
    actors = re.search(r"^actors:\n((?:[ -].*\n|\n)*)", case_text, re.M)
    for line in (actors.group(1).splitlines() if actors else []):
        head = re.match(r"  - id: *(\w+)", line)
        name = re.match(r"    name: *(.*)", line)
        if head:
            found.add(head.group(1))
        if name:
            found |= {w.lower() for w in re.findall(r"(?<!^)\b[A-Z]\w{3,}", name.group(1))}
    return found - ORDINARY


def hits(text, words):
    pattern = re.compile(r"(?<![a-z])(" + "|".join(map(re.escape, sorted(words))) + r")(?![a-z])",
                         re.IGNORECASE)
    return [(text.count("\n", 0, m.start()) + 1, m.group(1)) for m in pattern.finditer(text)]


def main():
    tap = Tap()
    root = pathlib.Path(sys.argv[1])
    words = set(WORDS)
    for path in sorted(root.glob("models/*/case.yaml")):
        words |= names_of(path.read_text())
    # The test can fail, and reads cases as they are written.
    sample = "id: north-south\nactors:\n  - id: kingdom\n    name: Crown of Zembla\n"
    tap.check(names_of(sample) >= {"kingdom", "zembla", "north", "south"}, "reads a case's names")
    tap.check(hits("a\nin Kabul_now", {"kabul"}) == [(2, "Kabul")], "sees a name in a text")
    for folder in ("src", "include", "reader/rules", "reader/lexicons", "reader/events.tsv", "reader/modality.tsv", "reader/classes.tsv"):
        found = []
        for path in sorted((root / folder).rglob("*")) or [root / folder]:
            if path.is_file():
                found += [f"{path.relative_to(root)}:{line}: {word}"
                          for line, word in hits(path.read_text(errors="replace"), words)]
        tap.check(not found, f"{folder}/ names nobody of a case", found)
    tap.end()


main()
