#!/usr/bin/env python3
"""Sum up Meson's test log: `detente: N passed, M failed`.

A TAP test counts as many times as it has `ok` and `not ok` lines; any other test counts once. A
program that crashed counts as one more failure. Skipped tests are named on a line of their own;
with DETENTE_REQUIRE_SHARED=1 in the environment each of them counts as a failure, so that a
check that must have the shared material cannot pass without it. Exit status 1 if anything failed.
"""

import argparse
import json
import os
import re
import sys

TAP_LINE = re.compile(r"^(not )?ok\b(.*)$", re.MULTILINE)


def count(test):
    """(passed, failed, skipped) of one line of the log."""
    result = test["result"]
    passed = failed = skipped = 0
    for line in TAP_LINE.finditer(test.get("stdout") or ""):
        if re.search(r"#\s*skip", line.group(2), re.IGNORECASE):
            skipped += 1
        elif line.group(1):
            failed += 1
        else:
            passed += 1
    if passed + failed + skipped == 0:
        passed, failed, skipped = {
            "OK": (1, 0, 0), "EXPECTEDFAIL": (1, 0, 0), "SKIP": (0, 0, 1),
        }.get(result, (0, 1, 0))
    elif result not in ("OK", "SKIP", "EXPECTEDFAIL") and failed == 0:
        failed = 1  # it ended badly after its last line
    return passed, failed, skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("log", help="testlog.json of a Meson build folder")
    parser.add_argument("--label", default="detente")
    args = parser.parse_args()
    with open(args.log, encoding="utf-8") as file:
        tests = [json.loads(line) for line in file if line.strip()]
    passed = failed = skipped = 0
    for test in tests:
        p, f, s = count(test)
        passed, failed, skipped = passed + p, failed + f, skipped + s
        if f or s:
            name = test["name"].split(":", maxsplit=1)[-1]  # without the project's
            print(f"{name}: {p} passed, {f} failed, {s} skipped")
    if skipped and os.environ.get("DETENTE_REQUIRE_SHARED") == "1":
        print(f"{skipped} skipped, counted as failed (DETENTE_REQUIRE_SHARED=1)")
        failed += skipped
    if not tests:
        print("no test ran")
        failed += 1
    print(f"{args.label}: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
