"""tools/install.sh: does nothing where all is there, and reads its list rightly.

usage: test_install.py ROOT
"""

import pathlib
import subprocess
import sys
import tempfile

from tap import Tap

# Stand-ins: nothing of the machine is asked or changed. apt-get writes down what it is told.
FAKES = {
    "dpkg-query": 'for last; do :; done\ngrep -qx "$last" "$FAKE/installed" && echo installed',
    "apt-cache": 'grep -qx "$2" "$FAKE/known"',
    "apt-get": 'echo "$*" >> "$FAKE/log"\nfor word; do\n'
               'case "$word" in lib*) echo "$word" >> "$FAKE/installed" ;; update) '
               'echo libnew >> "$FAKE/known" ;; esac\ndone',
    "id": "echo 0",
    "env": 'while case "$1" in *=*) true ;; *) false ;; esac; do shift; done\n"$@"',
}


def attempt(root, installed, known, packages, commands=()):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "tools").mkdir()
        script = folder / "tools/install.sh"
        script.write_text((root / "tools/install.sh").read_text())
        (folder / "tools/packages.txt").write_text(packages)
        (folder / "installed").write_text("\n".join(installed) + "\n")
        (folder / "known").write_text("\n".join(known) + "\n")
        (folder / "log").write_text("")
        (folder / "bin").mkdir()
        fakes = dict(FAKES, **{command: "" for command in commands})
        for command, body in fakes.items():
            path = folder / "bin" / command
            path.write_text(f"#!/bin/sh\n{body}\n")
            path.chmod(0o755)
        result = subprocess.run(
            ["/bin/sh", str(script), "build"], capture_output=True, text=True, check=False,
            env={"PATH": f"{folder}/bin:/usr/bin:/bin", "FAKE": str(folder)})
        return result, (folder / "log").read_text()


def main():
    tap = Tap()
    root = pathlib.Path(sys.argv[1])
    packages = "# a comment\nbuild libold -\nbuild libnew -\nlint liblint -\nbuild tool mytool\n"
    result, log = attempt(root, ["libold", "libnew", "tool"], [], packages)
    tap.check(result.returncode == 0 and log == "" and result.stdout == "",
              "all there: silent, nothing run", [result.stdout, result.stderr, log])
    result, log = attempt(root, ["libold", "tool"], ["libnew"], packages)
    tap.check(result.returncode == 0 and "libnew" in log and "liblint" not in log
              and "update" not in log, "installs what is missing of the group, without update",
              [result.stdout, result.stderr, log])
    result, log = attempt(root, ["libold", "tool"], [], packages)
    tap.check(result.returncode == 0 and log.find("update") in range(0, log.find("install")),
              "updates first when a package is unknown", [result.stderr, log])
    result, log = attempt(root, ["libold", "libnew"], [], packages, commands=["mytool"])
    tap.check(result.returncode == 0 and log == "", "a command at hand is enough", [log])
    result, log = attempt(root, ["libold", "libnew"], ["tool"], packages)
    tap.check(result.returncode == 1 and "still missing: tool" in result.stderr,
              "says what could not be installed", [result.stdout, result.stderr, log])
    names = [line.split() for line in (root / "tools/packages.txt").read_text().splitlines()
             if line and not line.startswith("#")]
    tap.check(all(len(fields) == 3 for fields in names), "packages.txt has three columns",
              [str(f) for f in names if len(f) != 3])
    tap.end()


main()
