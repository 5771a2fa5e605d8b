"""Run a cmocka program so that Meson understands its TAP: cmocka 1.1 writes a skipped test as
`not ok N # SKIP`, which Meson takes for a failure.

usage: tap.py PROGRAM
"""

import os
import re
import subprocess
import sys

with subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True, errors="replace",
                      env={**os.environ, "CMOCKA_MESSAGE_OUTPUT": "TAP"}) as process:
    for line in process.stdout:
        sys.stdout.write(re.sub(r"^not (ok \d+ )#( SKIP)", r"\1#\2", line))
        sys.stdout.flush()
if process.returncode < 0:
    print(f"Bail out! ended by signal {-process.returncode}")
sys.exit(1 if process.returncode else 0)
