#!/bin/sh
# All that a machine can say about the sources: form, warnings of both compilers as errors,
# static analysis, types of the page, linked libraries. Every check runs; the exit status is 1 if
# one found something.
#
# usage: tools/lint.sh [--short]   --short: what takes less than a minute or two, on the program in
#                                  build/; no second compiler, no clang-tidy
set -u
cd "$(dirname "$0")/.."
passed=0
failed=0
step() {
    echo "lint: $1"
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "lint: failed: $*" >&2
    fi
}
files() { git ls-files -co --exclude-standard -- "$@"; }

form() { files '*.c' '*.h' | xargs clang-format-14 --dry-run -Werror --ferror-limit=3; }
compiler() { # $1 compiler, $2 folder
    [ -f "$2/build.ninja" ] || CC=$1 meson setup "$2" --werror >/dev/null || return 1
    ninja -C "$2" --quiet
}
analysis() {
    files 'src/*.c' 'include/*.h' | xargs cppcheck --quiet --std=c11 --language=c -j 2 \
        --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=missingIncludeSystem --suppress=preprocessorErrorDirective \
        -Iinclude -Isrc -DDTN_VERSION='"0"' -D_GNU_SOURCE \
        --library=tools/cppcheck.cfg
}
tidy() { files 'src/*.c' | xargs -P 2 -n 8 clang-tidy-14 --quiet -p build-clang; }
types() { (cd web && node node_modules/typescript/bin/tsc --noEmit); }
links() { python3 tools/check_links.py "$1/detente" "$1/libdetente.so"; }

step 'formatting (clang-format 14)' form
step 'cppcheck' analysis
step 'TypeScript, strict' types
if [ "${1:-}" = --short ]; then
    step 'linked libraries and their licences' links build
else
    step 'gcc, warnings as errors' compiler gcc build-gcc
    step 'clang, warnings as errors' compiler clang build-clang
    step 'clang-tidy 14' tidy
    step 'linked libraries and their licences' links build-gcc
fi
echo "detente (lint): $passed passed, $failed failed"
[ $failed -eq 0 ]
