#!/usr/bin/env python3
"""Check the words of a case: evidence, citations, nothing copied.

Usage: check_case_text.py CASE_FOLDER [DOCUMENTS_FOLDER]

For every equation of the case's .mdl files and every rule in case.yaml:
- it has a unit and documentation;
- the documentation names a source, or the word assumption (or definition, check, 1 unit);
- an assumption about a constant gives a range, and the value lies in it, where a range of the
  form [low,high] stands behind the unit;
- no two variables of a file share a name.

With DOCUMENTS_FOLDER (files NNN_*.txt), as well:
- every citation NNN:begin-end lies in document NNN, and begins and ends at a sentence's edge;
- no run of eight words of a document stands in a text of the case folder (we paraphrase).

Without that folder those two checks are left out, and it says so. It does not check that a
citation supports the claim: that is for readers. Exit status 0 all well, 1 something is wrong,
2 usage.
"""
import pathlib
import re
import sys

CITATION = re.compile(r"\b(\d{3}):(\d+)-(\d+)\b")
SOURCE = re.compile(r"\bsource\b|\bassumption\b|\bdefinition\b|\bclaimed\b", re.I)
NUMBER = re.compile(r"^-?\d+(\.\d+)?([eE][-+]?\d+)?$")
CONTROL = {"INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER"}
N_WORDS = 8


def equations(text):
    """(name, equation, unit, range or None, documentation) of .mdl text."""
    text = text.split("\\\\\\---///")[0].replace("{UTF-8}", "")
    for block in text.split("|"):
        if "~" not in block or block.strip().startswith("***"):
            continue
        parts = [" ".join(part.split()) for part in block.split("~")]
        name = re.split(r"[=(]", parts[0])[0].strip()
        unit = re.match(r"(.*?)\s*(?:\[([-\d.eE]+),([-\d.eE]+)\])?$", parts[1])
        bounds = (float(unit.group(2)), float(unit.group(3))) if unit.group(2) else None
        doc = parts[2] if len(parts) > 2 else ""
        yield name, parts[0], unit.group(1), bounds, doc


def rule_texts(case_yaml):
    """The text blocks under `rules: |`, by indentation: no YAML library needed."""
    block, depth = [], None
    for line in case_yaml.splitlines():
        indent = len(line) - len(line.lstrip())
        if depth is not None and (not line.strip() or indent > depth):
            block.append(line)
            continue
        if depth is not None:
            yield "\n".join(block)
            block, depth = [], None
        if re.match(r"\s*rules: \|\s*$", line):
            depth = indent
    if depth is not None:
        yield "\n".join(block)


def check_equation(where, item, seen):
    name, equation, unit, bounds, doc = item
    problems = []
    if name in seen:
        problems.append("defined twice")
    seen.add(name)
    if not unit:
        problems.append("no unit")
    if not doc:
        problems.append("no documentation")
    elif name not in CONTROL and not SOURCE.search(doc):
        problems.append("the documentation names no source")
    value = equation.partition("=")[2].strip()
    if NUMBER.match(value):
        if "assumption" in doc and "range" not in doc:
            problems.append("an assumption without a range")
        if bounds and not bounds[0] <= float(value) <= bounds[1]:
            problems.append("the value lies outside its range")
    return ["%s: %s: %s" % (where, name, problem) for problem in problems]


def sentence_edges(data):
    """Byte offsets at which a sentence begins, and at which one ends."""
    begins, ends = set(), set()
    for line in re.finditer(rb"[^\n]+", data):
        at = line.start()
        stops = [m.end() for m in re.finditer(rb"[.?!](\xe2\x80\x9d)?(?=\s|$)", line.group())]
        for stop in stops + [len(line.group().rstrip())]:
            piece = data[at:line.start() + stop]
            if piece.strip():
                begins.add(at + len(piece) - len(piece.lstrip()))
                ends.add(line.start() + stop)
            at = line.start() + stop
    return begins, ends


def words_of(text):
    return re.findall(r"[a-z0-9]+", text.lower().replace("\u2019", "'").replace("'", ""))


def check_documents(texts, folder):
    problems = []
    documents = {path.name[:3]: path.read_bytes() for path in sorted(folder.glob("*.txt"))}
    edges = {key: sentence_edges(data) for key, data in documents.items()}
    runs = {}
    for key, data in documents.items():
        words = words_of(data.decode("utf-8"))
        for i in range(len(words) - N_WORDS + 1):
            runs.setdefault(tuple(words[i:i + N_WORDS]), key)
    for where, text in texts.items():
        for key, begin, end in set(CITATION.findall(text)):
            cited = "%s: %s:%s-%s" % (where, key, begin, end)
            if key not in documents:
                problems.append(cited + ": no such document")
            elif not 0 <= int(begin) < int(end) <= len(documents[key]):
                problems.append(cited + ": outside the document")
            elif int(begin) not in edges[key][0] or int(end) not in edges[key][1]:
                problems.append(cited + ": not at the edges of sentences")
        words = words_of(text)
        for i in range(len(words) - N_WORDS + 1):
            if tuple(words[i:i + N_WORDS]) in runs:
                problems.append("%s: copies from %s: %s" % (
                    where, runs[tuple(words[i:i + N_WORDS])], " ".join(words[i:i + N_WORDS])))
    return problems


def main(args):
    if not 1 <= len(args) <= 2:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    case = pathlib.Path(args[0])
    suffixes = {".mdl", ".yaml", ".md", ".tsv", ".csv"}
    texts = {str(path.relative_to(case)): path.read_text(encoding="utf-8")
             for path in sorted(case.rglob("*")) if path.suffix in suffixes}
    problems, n = [], 0
    for where, text in texts.items():
        blocks = [text] if where.endswith(".mdl") else []
        blocks += rule_texts(text) if where.endswith("case.yaml") else []
        for block in blocks:
            seen = set()
            for item in equations(block):
                problems += check_equation(where, item, seen)
                n += 1
    has_documents = len(args) == 2 and pathlib.Path(args[1]).is_dir()
    if has_documents:
        problems += check_documents(texts, pathlib.Path(args[1]))
    if not n:
        problems.append("%s: no equations found" % case)
    for problem in problems:
        print(problem)
    print("%d equations, %d problems%s" % (n, len(problems), "" if has_documents
          else "; documents absent: citations and copying not checked"))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
