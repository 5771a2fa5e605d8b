"""What the documents say exists: commands, options, make targets; and what exists is said.

usage: test_docs.py ROOT DETENTE MANUAL_PAGE
"""

import pathlib
import re
import subprocess
import sys

from tap import Tap


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def commands_of(help_text):
    block = re.search(r"^Commands:\n((?:  .*\n)+)", help_text, re.M)
    return re.findall(r"^  (\S+)", block.group(1), re.M) if block else []


def options_of(help_text):
    return re.findall(r"^  (?:-\w, |    )--([a-z-]+)", help_text, re.M)


def shell_lines(markdown):
    """Lines of fenced blocks, and of inline code."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", markdown, re.M | re.S)
    return [line for block in blocks for line in block.splitlines()] + \
        re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", markdown, flags=re.M | re.S))


def main():
    tap = Tap()
    root, detente = pathlib.Path(sys.argv[1]), sys.argv[2]
    manual = pathlib.Path(sys.argv[3]).read_text().replace("\\-", "-")
    commands = commands_of(run(detente, "--help"))
    tap.check(len(commands) >= 5, "--help lists commands", commands)
    for command in commands:
        text = run(detente, command, "--help")
        missing = [o for o in options_of(text) if f"--{o}\\fR" not in manual]
        tap.check(bool(options_of(text)) and not missing, f"the man page has the options of {command}",
                  missing)
        tap.check(f".SH DETENTE {command}" in manual, f"the man page has {command}")
    readme = (root / "README.md").read_text()
    missing = [c for c in commands if f"detente {c}" not in readme]
    tap.check(not missing, "README names every command", missing)
    targets = re.findall(r"^  ([a-z-]+)", run("make", "-s", "-C", str(root), "help"), re.M)
    tap.check("test" in targets and "run" in targets, "make help lists targets", targets)
    for path in [*sorted(root.glob("*.md")), *sorted(root.glob("docs/**/*.md"))]:
        wrong = []
        for line in shell_lines(path.read_text()):
            for word in re.findall(r"^(?:\$ |build/)?detente ([a-z]+)\b", line):
                if word not in commands:
                    wrong.append(f"detente {word}: no such command")
            for word in re.findall(r"^(?:\$ )?make ([a-z][a-z-]*)\b", line):
                if word not in targets:
                    wrong.append(f"make {word}: no such target")
        tap.check(not wrong, f"{path.relative_to(root)} names what exists", wrong)
    tap.end()


main()
