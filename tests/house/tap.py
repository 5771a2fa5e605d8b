"""Test Anything Protocol for the scripts of this folder: one line a check, a plan at the end."""

import sys


class Tap:
    def __init__(self):
        self.n = 0
        self.failed = 0

    def check(self, ok, name, details=()):
        """`details`: lines that tell what to do when it failed."""
        self.n += 1
        self.failed += not ok
        print(f"{'ok' if ok else 'not ok'} {self.n} - {name}")
        if not ok:
            for line in details:
                print(f"# {line}")
        return ok

    def skip(self, name, reason):
        self.n += 1
        print(f"ok {self.n} - {name} # SKIP {reason}")

    def end(self):
        print(f"1..{self.n}")
        sys.exit(1 if self.failed else 0)
