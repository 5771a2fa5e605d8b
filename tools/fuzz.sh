#!/bin/sh
# Fuzz every reader with libFuzzer, under AddressSanitizer and UndefinedBehaviorSanitizer.
#
# usage: tools/fuzz.sh [TARGET...]           each for FUZZ_SECONDS (60)
#        tools/fuzz.sh --minimise [TARGET...] keep of what was found the few inputs that matter
#
# Targets are tests/fuzz/fuzz_*.c. Begins with tests/fuzz/corpus/TARGET and the project's own small
# models; what it finds is kept in build-fuzz/corpus/TARGET for the next time. An input that
# breaks something is left as build-fuzz/found/TARGET-*: correct the program, and put the input,
# cut down, into tests/fuzz/corpus/TARGET, where `make test` tries it again.
set -eu
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-60}
folder=${FUZZ_BUILD:-build-fuzz}
all="case convert csv expr mdl read series sheet text validation views xlsx xmile"
max_input=65536 # bytes; what matters in a reader fits
max_text=3000   # of a document to read: time grows with its sentences, and more of them reach no further
# The largest model that is let through, 5,000 elements each computed after the one before, takes 6 s
# under the sanitizers on an idle core, and several times that on a busy one.
max_time=40     # seconds for an input
max_kept=2000   # bytes of an input that --minimise keeps
max_files=30    # of those, for each target, the smallest

command -v clang >/dev/null 2>&1 || { echo "fuzz: clang is missing; make lint installs it" >&2; exit 1; }
minimise=no
[ "${1:-}" != --minimise ] || { minimise=yes; shift; }
targets=${*:-$all}

if [ ! -f "$folder/build.ninja" ]; then
    CC=clang meson setup "$folder" -Dbuildtype=debugoptimized -Doptimization=1 -Db_ndebug=false \
        -Db_sanitize=address,undefined -Db_lundef=false -Dwerror=false -Dweb=disabled \
        "-Dc_args=-fsanitize=fuzzer-no-link -fno-sanitize-recover=undefined -Wno-pass-failed" >/dev/null
fi
ninja -C "$folder" fuzzers >"$folder/fuzz-build.log" || { cat "$folder/fuzz-build.log"; exit 1; }
mkdir -p "$folder/found"
# Equations may be 2000 operators high; with the sanitizers a frame is several times its usual size.
ulimit -s 65536 2>/dev/null || true
TMPDIR=$(mktemp -d /tmp/fuzz-XXXXXX)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

# The project's own models as first inputs, and words to put in: $1 target.
seeds() {
    case "$1" in
    mdl) cp tests/lang/*.mdl tests/cli/data/*.mdl "$TMPDIR/seed" ;;
    xmile) cp tests/lang/*.xmile tests/cli/data/*.xmile "$TMPDIR/seed" ;;
    convert) cp tests/lang/*.mdl tests/lang/*.xmile tests/cli/data/*.mdl tests/cli/data/*.xmile "$TMPDIR/seed" ;;
    case) cp tests/cases/tiny/case.yaml "$TMPDIR/seed" ;;
    read) cp models/*/documents/*.txt "$TMPDIR/seed" ;;
    sheet) cp tests/unit/data/*.xls tests/cases/tiny/observed/*.csv "$TMPDIR/seed" ;;
    esac
}
words() {
    case "$1" in
    mdl | xmile | expr | convert)
        case "$1" in
        expr) cat tests/fuzz/mdl.dict ;;
        convert) cat tests/fuzz/mdl.dict tests/fuzz/xmile.dict ;;
        *) cat "tests/fuzz/$1.dict" ;;
        esac
        sed -n 's/^DTN_FN([A-Z0-9_]*, "\([a-z0-9_]*\)".*/"\1("/p' src/model/functions.def
        ;;
    case | read | validation | views | xlsx) cat "tests/fuzz/$1.dict" ;;
    esac
}

status=0
for target in $targets; do
    work=$folder/corpus/$target
    kept=tests/fuzz/corpus/$target
    program=$folder/tests/fuzz/fuzz_$target
    rm -rf "$TMPDIR/seed" "$TMPDIR/merged"
    mkdir -p "$work" "$TMPDIR/seed" "$TMPDIR/merged"
    if [ $minimise = yes ]; then
        # Inputs that reach what the kept ones do not; the named ones there stay as they are.
        cp "$kept"/* "$TMPDIR/merged"
        find "$work" -size "-${max_kept}c" -type f -exec cp {} "$TMPDIR/seed" \;
        "$program" -merge=1 "$TMPDIR/merged" "$TMPDIR/seed" 2>/dev/null
        find "$TMPDIR/merged" -type f -name '????????????????????????????????????????' \
            -printf '%s %p\n' | sort -n | head -$max_files | while read -r _ path; do
            cp "$path" "$kept/$(basename "$path" | cut -c1-12)"
        done
        echo "fuzz: $target: $(find "$kept" -type f | wc -l) inputs kept"
        continue
    fi
    seeds "$target"
    words "$target" >"$TMPDIR/words"
    longest=$max_input
    [ "$target" != read ] || longest=$max_text
    [ -s "$TMPDIR/words" ] || echo '"\xff"' >"$TMPDIR/words"
    log=$folder/fuzz-$target.log
    if "$program" -max_total_time="$seconds" -max_len=$longest -timeout=$max_time -rss_limit_mb=2048 \
        -malloc_limit_mb=1024 -print_final_stats=1 -dict="$TMPDIR/words" \
        -artifact_prefix="$folder/found/$target-" "$work" "$kept" "$TMPDIR/seed" >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        echo "fuzz: $target: $runs inputs, nothing found"
    else
        status=1
        echo "fuzz: $target: FOUND something:"
        grep -E 'SUMMARY|broken promise|runtime error|Test unit written|libFuzzer' "$log" || tail -20 "$log"
    fi
done
exit $status
