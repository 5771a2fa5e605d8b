#!/usr/bin/env python3
"""Make reader/regions.tsv, the first-level regions of the world, from Unicode's CLDR.

    npm pack cldr-subdivisions-full cldr-core       (unpacked: FOLDER/subdivisions, FOLDER/core)
    tools/regions.py CLDR-SUBDIVISIONS CLDR-CORE READER > reader/regions.tsv

Only what stands right below a state is taken. A name is left out where it would be misread: that of a state, a capital or
any other actor of actors.tsv, that of regions of two states, and words of direction and landscape ("Northern", "Lakes").
"""
import csv
import json
import os
import sys
import unicodedata

COMMON = set("""north south east west northern southern eastern western central centre center middle upper lower capital coast coastal
plateau river rivers lake lakes highland highlands island islands bay delta unity outer inner mainland new old federal district
metropolitan union littoral maritime savanes savannes plateaux territory frontier border port bank hope church victoria florence
george john mary paul peter andrew david thomas patrick joseph jackson marion nelson peace liberty freedom independence tower gate
market bridge mill manchester north-western north-eastern south-western south-eastern northwest northeast southwest southeast
north-west north-east south-west south-east center-east central-west march may mars sud nord est ouest centro norte sur este oeste
gulf pool meta chin mono jewish balkan bender free batman vargas flores lara mara cap young bender hama bari mila tours cross imam blue white black red green gold silver sofia man bas haut trail reading street well wells cork orange""".split())
# How news writes regions that CLDR names otherwise.
ALIASES = {"ml6": ["Timbuktu"], "ua14": ["Donetsk"], "ua09": ["Luhansk"], "ua63": ["Kharkiv"], "ua65": ["Kherson"], "ua59": ["Sumy"],
           "ua23": ["Zaporizhzhia"], "ua48": ["Mykolaiv"], "ua51": ["Odesa"], "ua12": ["Dnipropetrovsk"], "frnor": ["Normandy"],
           "frcor": ["Corsica"], "sydy": ["Deir ez-Zor", "Deir al-Zor"], "iqni": ["Nineveh"], "afuru": ["Uruzgan"], "afbam": ["Bamiyan"]}
GENERIC = (" region", " province", " governorate", " county", " district", " state", " department", " oblast", " prefecture", " parish",
           " municipality", " division", " canton", " territory", " autonomous region", " emirate", " voivodeship", " island council",
           " autonomous republic", " krai", " republic", " city", " zone")


def folded(name):
    plain = unicodedata.normalize("NFD", name)
    return "".join(c for c in plain if not unicodedata.combining(c))


def names_of(name):
    """As written, without what kind of region it is, without accents."""
    out = []
    for kind in GENERIC:
        if name.lower().endswith(kind) and len(name) > len(kind) + 3:
            out.append(name[:-len(kind)])
    out = out[-1:] or [name]
    for one in list(out):
        if folded(one) != one:
            out.append(folded(one))
    return [n.replace("’", "'").strip("²") for n in out]


def is_plain(name):
    return len(name) > 2 and name[0].isupper() and not any(c in name for c in ",/()[]|\t\"0123456789") and len(name.split()) <= 4


def known(reader):
    out = set()
    with open(os.path.join(reader, "actors.tsv"), encoding="utf-8") as f:
        for row in csv.reader((r for r in f if not r.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE):
            out.update(n.lower().replace("-", " ") for n in row[2].split("|"))
    return out


def main(names_folder, core_folder, reader):
    with open(os.path.join(names_folder, "subdivisions", "en", "en.json"), encoding="utf-8") as f:
        names = json.load(f)["subdivisions"]["localeDisplayNames"]["subdivisions"]
    with open(os.path.join(core_folder, "supplemental", "subdivisionContainment.json"), encoding="utf-8") as f:
        below = json.load(f)["supplemental"]["subdivisionContainment"]
    first = {code: state for state, v in below.items() if len(state) == 2 and state.isupper() for code in v["_contains"]}
    owners, rows = {}, []
    for code, state in sorted(first.items()):
        mine = [n for n in names_of(names.get(code, "")) + ALIASES.get(code, []) if is_plain(n)]
        for n in mine:
            owners.setdefault(n.lower().replace("-", " "), set()).add(state)
        rows.append((state + "-" + code[2:].upper(), mine))
    taken = known(reader)
    print("# First-level regions of the world by ISO 3166-2: made by tools/regions.py from Unicode's CLDR (Unicode licence, see NOTICE).\n"
          "# Left out: names of states, capitals and other actors, names of regions in two states, words of direction.\n"
          "code\tkind\tnames\tfrom\tuntil")
    for code, mine in rows:
        keep = [n for n in mine if n.lower().replace("-", " ") not in taken and n.lower() not in COMMON and
                len(owners[n.lower().replace("-", " ")]) == 1 and not all(w.lower() in COMMON for w in n.replace("-", " ").split())]
        if keep:
            print("%s\tregion\t%s\t\t" % (code, "|".join(dict.fromkeys(keep))))


if __name__ == "__main__":
    main(*sys.argv[1:4])
