"""The shared library exports what include/detente declares, and nothing else.

usage: test_exports.py ROOT LIBRARY
"""

import pathlib
import re
import subprocess
import sys

from tap import Tap


def declared(root):
    names = set()
    for path in (root / "include/detente").glob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        text = re.sub(r"^\s*#(?:.*\\\n)*.*$", "", text, flags=re.M)
        names |= set(re.findall(r"\b(dtn_\w+)\(", text))
    return names


def main():
    tap = Tap()
    root = pathlib.Path(sys.argv[1])
    listing = subprocess.run(["nm", "-D", "--defined-only", sys.argv[2]], check=True,
                             capture_output=True, text=True).stdout
    exported = {line.split()[2] for line in listing.splitlines() if len(line.split()) == 3}
    exported -= {"__bss_start", "_edata", "_end"}  # the linker's own; libraries beneath use them
    wanted = declared(root)
    tap.check(len(wanted) > 5, "the headers declare functions", sorted(wanted))
    tap.check(wanted <= exported, "all that is declared is exported", sorted(wanted - exported))
    tap.check(exported <= wanted, "nothing else is exported", sorted(exported - wanted))
    tap.end()


main()
