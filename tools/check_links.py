#!/usr/bin/env python3
"""List the libraries that the program and the library link, and judge their licences.

Direct dependencies (ELF NEEDED) must be in LICENCES, which NOTICE repeats for people; whatever
they pull in (ldd) must not be under the GPL. Exit status 1 if one is unknown or forbidden.

usage: check_links.py FILE...
"""

import re
import subprocess
import sys

# Sonames without version. The C library, its loader and libgcc are parts of the system.
LICENCES = {
    "libc": "system", "libm": "system", "ld-linux-x86-64": "system", "libgcc_s": "system",
    "libpthread": "system",
    "libdetente": "Apache-2.0", "libxml2": "MIT", "libyaml-0": "MIT", "libjansson": "MIT",
    "libicuuc": "Unicode", "libicui18n": "Unicode", "libicudata": "Unicode",
    "libxxhash": "BSD-2-Clause", "libsleef": "BSL-1.0", "libzip": "BSD-3-Clause", "libsqlite3": "public domain",
    "libLLVM": "Apache-2.0 WITH LLVM-exception",
}
# Under the GPL (not the LGPL): one of these, however deep, would bind the whole program.
FORBIDDEN = re.compile(
    r"^lib(gsl|gslcblas|fftw3\w*|glpk|readline|history|lrs\w*|cdd\w*|gdbm|mpfi|nauty|"
    r"suitesparse\w*|cholmod|umfpack|spqr|cln|ginac|gretl\w*|poppler\w*)\b")


def stem(soname):
    """libicuuc.so.72 -> libicuuc; libyaml-0.so.2 -> libyaml-0"""
    return re.sub(r"\.so(\..*)?$", "", soname)


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main():
    if len(sys.argv) < 2:
        print(__doc__.strip().rsplit("\n", maxsplit=1)[-1], file=sys.stderr)
        return 2
    failed = 0
    for path in sys.argv[1:]:
        direct = re.findall(r"\(NEEDED\).*\[(.+?)\]", output("readelf", "-d", path))
        for soname in direct:
            licence = LICENCES.get(stem(soname))
            print(f"{path}: {soname}: {licence or 'licence unknown to tools/check_links.py'}")
            failed += licence is None
        for soname in re.findall(r"^\s*(\S+)", output("ldd", path), re.MULTILINE):
            name = stem(soname.rsplit("/", maxsplit=1)[-1])
            if FORBIDDEN.match(name):
                print(f"{path}: {soname}: GPL, must not be linked")
                failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
