"""The house has one direction: a room includes only rooms below it.

The rooms and their order stand in src/meson.build; this reads every include of src/ and include/.
usage: test_includes.py ROOT
"""

import pathlib
import re
import sys

from tap import Tap

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def rooms_of(meson_text):
    block = re.search(r"foreach room : \[(.*?)\]", meson_text, re.DOTALL)
    return re.findall(r"'(\w+)'", block.group(1)) if block else []


def faults(room, text, rooms):
    """What is wrong with the includes of a file of `room`."""
    found = []
    for target in INCLUDE.findall(text):
        head = target.split("/")[0]
        if "/" not in target:
            found.append(f'"{target}": write the room too')
        elif head == "detente":
            continue
        elif head not in rooms:
            found.append(f'"{target}": no such room')
        elif room == "detente" or rooms.index(head) > rooms.index(room):
            found.append(f'"{target}": runs upward')
    return found


def main():
    tap = Tap()
    root = pathlib.Path(sys.argv[1])
    rooms = rooms_of((root / "src/meson.build").read_text())
    tap.check(len(rooms) > 10, "src/meson.build lists the rooms", [str(rooms)])
    # The test can fail: an upward include, a bare one, an unknown room.
    tap.check(len(faults("base", '#include "cli/cli.h"\n', rooms)) == 1, "sees an upward include")
    tap.check(len(faults("cli", '#include "cli.h"\n#include "attic/x.h"\n', rooms)) == 2,
              "sees bare and unknown ones")
    tap.check(faults("cli", '#include "base/text.h"\n', rooms) == [], "accepts a downward one")
    folders = {p.name for p in (root / "src").iterdir() if p.is_dir()}
    tap.check(folders == set(rooms), "every folder of src/ is a room of the list",
              sorted(folders ^ set(rooms)))
    for room in rooms + ["detente"]:
        folder = root / ("include" if room == "detente" else "src") / room
        found = []
        for path in sorted(folder.glob("*.[chd]*")):
            found += [f"{path.relative_to(root)}: {fault}"
                      for fault in faults(room, path.read_text(), rooms)]
        tap.check(not found, f"{room} includes downward only", found)
    tap.end()


main()
