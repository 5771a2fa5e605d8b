"""Run the command line tests of this folder. Prints TAP, one line a script.

NAME.sh is a shell script; it runs in an empty folder with `data/` (a copy of the data folder
here) and `detente` on its path. Beside it, each optional:

    NAME.exit   exit status (0 if absent)
    NAME.out    standard output
    NAME.err    standard error (must be empty if absent)

In .out and .err a line `...` stands for any number of lines, and `*` inside a line for any text;
a backslash takes that meaning away. A script that uses ../shared (the variable SHARED) is skipped
where that folder is missing, or fails if DETENTE_REQUIRE_SHARED=1.

usage: run.py FOLDER DETENTE [NAME...]
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TIMEOUT_S = 120


def pattern(expected):
    """Regular expression of an expected text."""
    parts = []
    for line in expected.splitlines():
        if line == "...":
            parts.append(r"(?:.*\n)*?")
            continue
        line = re.sub(r"\\(.)|(\*)|([^\\*]+)|\\$",
                      lambda m: ".*" if m.group(2) else re.escape(m.group(1) or m.group(3) or "\\"),
                      line)
        parts.append(line + r"\n")
    return re.compile("".join(parts))


def matches(expected, actual):
    return pattern(expected).fullmatch(actual) is not None


def differences(what, expected, actual):
    lines = [f"{what}, expected:"] + [f"  | {line}" for line in expected.splitlines()]
    return lines + [f"{what}, got:"] + [f"  | {line}" for line in actual.splitlines()[:60]]


def read(path, default=""):
    return path.read_text() if path.exists() else default


def run_script(script, detente, shared):
    """List of lines that say what is wrong; empty if nothing."""
    with tempfile.TemporaryDirectory() as name:
        home = pathlib.Path(name)
        shutil.copytree(script.parent / "data", home / "data")
        (home / "bin").mkdir()
        (home / "bin/detente").symlink_to(detente)
        env = {"PATH": f"{home}/bin:/usr/bin:/bin", "HOME": name, "LC_ALL": "C.UTF-8",
               "TERM": "xterm", "SHARED": str(shared)}
        for key in os.environ:
            if key.endswith("SAN_OPTIONS"):
                env[key] = os.environ[key]
        try:
            result = subprocess.run(
                ["/bin/bash", "-u", str(script)], cwd=name, env=env, capture_output=True,
                text=True, errors="replace", timeout=TIMEOUT_S, check=False,
                stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return [f"still running after {TIMEOUT_S} s"]
    wrong = []
    status = int(read(script.with_suffix(".exit"), "0"))
    if result.returncode != status:
        wrong.append(f"exit status {result.returncode}, expected {status}")
    for what, actual in ((".out", result.stdout), (".err", result.stderr)):
        expected = read(script.with_suffix(what))
        if what == ".out" and not script.with_suffix(what).exists():
            continue
        if not matches(expected, actual):
            wrong += differences(what, expected, actual)
    if wrong and result.stderr and script.with_suffix(".err").exists() is False:
        wrong += [f"stderr: {line}" for line in result.stderr.splitlines()[:20]]
    return wrong


def self_test():
    """The runner can say no."""
    return (matches("a*c\n...\nend\n", "abc\n1\n2\nend\n") and not matches("a\n", "b\n")
            and not matches("a\n", "a\nb\n") and matches("\\*\n", "*\n")
            and not matches("\\*\n", "x\n") and not matches("", "x\n"))


def main():
    folder, detente = (pathlib.Path(name).resolve() for name in sys.argv[1:3])
    shared = (folder / "../../../shared").resolve()
    names = sys.argv[3:]
    scripts = [s for s in sorted(folder.glob("*.sh")) if not names or s.stem in names]
    failed = 0
    if not os.access(detente, os.X_OK):
        print(f"Bail out! {detente} is not a program")
        return 1
    print(f"1..{len(scripts) + 1}")
    ok = self_test()
    failed += not ok
    print(f"{'ok' if ok else 'not ok'} 1 - the runner can say no")
    for i, script in enumerate(scripts, start=2):
        needs_shared = "$SHARED" in script.read_text()
        if needs_shared and not shared.is_dir():
            if os.environ.get("DETENTE_REQUIRE_SHARED") != "1":
                print(f"ok {i} - {script.stem} # SKIP ../shared is missing")
                continue
        wrong = run_script(script, detente, shared)
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {i} - {script.stem}")
        for line in wrong:
            print(f"# {line}")
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
