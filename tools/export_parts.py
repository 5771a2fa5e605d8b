#!/usr/bin/env python3
"""Cuts C sources into the parts that `detente convert model.mdl model.c` takes from them.

    export_parts.py OUT.c SOURCE...     writes the table dtn_export_parts[] for src/compile/export_c.c
    export_parts.py --list SOURCE...    prints the parts and what they need

A part is one definition at file scope (function, type, constant, macro) with the comment before
it. Exported files so carry the engine's own functions, from one source. On the way the prefix
dtn_ is dropped, the engine's mathematical functions become those of libm, functions become
static, and a name that two files define is prefixed with the file's. Parts come out in an order
in which everything is defined before it is used.
"""

import os
import re
import sys

LIBM = ("exp expm1 log log1p log10 pow sin cos tan asin acos atan sinh cosh tanh lgamma fmod "
        "floor trunc round").split()
RENAMES = {f"dtn_{name}": name for name in LIBM}
RENAMES |= {"Sleef_cinz_tgammad1_u10purec": "tgamma", "Sleef_cinz_erfcd1_u15purec": "erfc",
            "__builtin_sqrt": "sqrt", "__builtin_fabs": "fabs"}
# What the exported file calls its own things at file scope: a part of that name is prefixed too.
OWN_NAMES = """model parameters slopes memory start step finish evaluate run main usage fail bench
    write_number write_name write_header write_row next_letter is_same_name set_parameter to_count
    column_names parameter_names model_parameters""".split()
WORD = re.compile(r"[A-Za-z_]\w*")
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[A-Za-z_]\w*|.',
                   re.DOTALL)


class Part:
    def __init__(self, stem, names, text):
        self.stem, self.names, self.text = stem, names, text
        self.needs = set()


# ---- Cutting -----------------------------------------------------------------------------------


def end_of_definition(text, start):
    """Index behind the definition that begins at start: its ; or, for a function, its }."""
    depth, saw_paren, is_data = 0, False, False
    for match in TOKEN.finditer(text, start):
        token = match.group()
        if token in "({[":
            saw_paren |= token == "(" and depth == 0
            is_function = token == "{" and depth == 0 and saw_paren and not is_data
            depth += 1
            if is_function:
                is_data = None  # a function's body: it ends with its brace
        elif token in ")}]":
            depth -= 1
            if token == "}" and depth == 0 and is_data is None:
                return match.end()
        elif token == "=" and depth == 0 and is_data is False:
            is_data = True
        elif token == ";" and depth == 0:
            return match.end()
    raise SystemExit(f"export_parts: no end of the definition at: {text[start:start + 60]!r}")


def bare(text):
    """The text without comments."""
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)


def names_of(text):
    """Names that a definition gives at file scope; none for a prototype."""
    code = bare(text).strip()
    if code.startswith("#define"):
        return [WORD.search(code[len("#define"):]).group()]
    head = code.split("{", 1)[0]
    if code.startswith("typedef"):
        return [WORD.findall(code)[-1]]
    if code.startswith(("enum", "static enum")):
        body = code[code.index("{") + 1:code.rindex("}")]
        return [WORD.search(item).group() for item in body.split(",") if item.strip()]
    if "=" in head:
        return [WORD.findall(re.sub(r"\[[^\]]*\]", "", head.split("=")[0]))[-1]]
    if "(" in head and "{" in code:
        return [WORD.findall(head.split("(", 1)[0])[-1]]
    return []


def split_constants(text):
    """`static const double a = 1, b = 2;` as two definitions: one may not be needed."""
    match = re.fullmatch(r"(.*?)(static const \w+ )(\w+ = [^,{}]+(?:,\s*\w+ = [^,{}]+)+);(.*)",
                         text, re.DOTALL)
    if not match:
        return [text]
    return [f"{match[1]}{match[2]}{item.strip()};{match[4]}" for item in match[3].split(",")]


def cut(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    stem = os.path.basename(path).split(".")[0]
    at, comment, parts = 0, "", []
    first = re.match(r"\s*/\*.*?\*/", text, re.DOTALL)
    at = first.end() if first else 0
    while at < len(text):
        if text[at].isspace():
            comment = "" if text[at:at + 2] == "\n\n" else comment
            at += 1
        elif text.startswith("/*", at):
            end = text.index("*/", at) + 2
            comment, at = text[at:end] + "\n", end
        elif text[at] == "#":
            end = re.compile(r"(?<!\\)(\n|$)").search(text, at).start()
            line, at = text[at:end], end
            if re.match(r"#define \w+(?!_H\b)[ (]", line) and not re.match(r"#define \w+_H\s*$", line):
                parts += [Part(stem, names_of(line), comment + line)]
            comment = ""
        else:
            end = end_of_definition(text, at)
            trailing = re.compile(r"[ \t]*/\*[^\n]*?\*/(?=\n)").match(text, end)
            stop = trailing.end() if trailing else end
            for piece in split_constants(text[at:stop]):
                if names_of(piece):
                    parts.append(Part(stem, names_of(piece), comment + piece))
            at, comment = stop, ""
    return parts


# ---- Renaming -----------------------------------------------------------------------------------


def new_name(name):
    if name in RENAMES:
        return RENAMES[name]
    if name.startswith("dtn_"):
        return name[4:]
    return name[4:] if name.startswith("DTN_") else name


def rename(parts):
    seen = {name: {"the exported file"} for name in OWN_NAMES}
    for part in parts:
        for name in part.names:
            seen.setdefault(new_name(name), set()).add(part.stem)
    owned = {}
    for part in parts:
        owned.setdefault(part.stem, set()).update(part.names)
    for part in parts:
        own = owned[part.stem]

        def replace(match):
            word = match.group()
            if word[0] in "\"'":
                return word
            if word[0] == "/":
                return WORD.sub(lambda m: new_name(m.group()), word)
            name = new_name(word)
            return f"{part.stem}_{name}" if word in own and len(seen.get(name, ())) > 1 else name

        part.keys = list(part.names)
        part.text = re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\])*"|[A-Za-z_]\w*', replace, part.text,
                           flags=re.DOTALL)
        part.text = part.text.replace("__builtin_inf()", "INFINITY").replace(
            '__builtin_nan("")', "NAN")
        part.names = names_of(part.text)
    for part in parts:
        code = bare(part.text).lstrip()
        if re.match(r"[^={]*\([^{]*\)\s*\{", code) and not code.startswith(("static", "#")):
            part.text = part.text.replace(code, "static " + code) if code in part.text else (
                part.text.replace(code.split("(", 1)[0], "static " + code.split("(", 1)[0], 1))


def wire(parts):
    """Who needs whom. A name of one file is seen in others if it has the prefix dtn_."""
    public = {name: part for part in parts for key, name in zip(part.keys, part.names)
              if key.lower().startswith("dtn_")}
    for part in parts:
        home = public | {name: other for other in parts if other.stem == part.stem
                         for name in other.names}
        words = set(WORD.findall(re.sub(r'"(?:\\.|[^"\\])*"', "", bare(part.text))))
        part.needs = {home[word] for word in words if word in home} - {part}


def in_order(parts):
    """What is needed first; cycles do not occur in C without prototypes."""
    done, out = set(), []

    def visit(part, path):
        if part in path:
            raise SystemExit(f"export_parts: {part.names} and {path[-1].names} need each other")
        if part not in done:
            for other in parts:
                if other in part.needs:
                    visit(other, path + [part])
            done.add(part)
            out.append(part)

    for part in parts:
        visit(part, [])
    return out


# ---- Writing -------------------------------------------------------------------------------------


def c_array(text):
    """The bytes of a text and a NUL: string literals may not be as long as some parts are."""
    data = text.encode("utf-8") + b"\n\0"
    rows = (",".join(str(b if b < 128 else b - 256) for b in data[i:i + 24])
            for i in range(0, len(data), 24))
    return ",\n    ".join(rows)


def write(parts, path):
    number = {part: i for i, part in enumerate(parts)}
    with open(path, "w", encoding="utf-8") as out:
        out.write("/* Made by tools/export_parts.py; do not edit. */\n"
                  '#include "compile/export_parts.h"\n\n')
        for part in parts:
            needs = "".join(f"{number[other]}, " for other in parts if other in part.needs)
            out.write(f"static const uint16_t needs_{number[part]}[] = {{{needs}UINT16_MAX}};\n"
                      f"static const char text_{number[part]}[] = {{ /* {part.names[0]} */\n"
                      f"    {c_array(part.text)}}};\n")
        out.write("\nconst dtn_export_part dtn_export_parts[] = {\n")
        for part in parts:
            out.write(f'    {{"{part.stem}", "{part.keys[0]}", "{part.names[0]}", '
                      f"text_{number[part]}, needs_{number[part]}}},\n")
        out.write(f"}};\nconst size_t dtn_n_export_part = {len(parts)};\n")


def main(arguments):
    listing = arguments[0] == "--list"
    parts = [part for path in arguments[1:] for part in cut(path)]
    rename(parts)
    wire(parts)
    parts = in_order(parts)
    if not listing:
        write(parts, arguments[0])
        return
    for part in parts:
        needs = ", ".join(sorted(other.names[0] for other in part.needs))
        print(f"{part.stem}: {', '.join(part.names)}  <- {needs}")


if __name__ == "__main__":
    main(sys.argv[1:])
