#!/bin/sh
# Build with a sanitizer in a folder of its own and run the unit tests.
# usage: tools/sanitize.sh asan|ubsan|both
set -eu
cd "$(dirname "$0")/.."
case "${1:-}" in
asan) kind=address ;;
ubsan) kind=undefined ;;
both) kind=address,undefined ;;
*) echo "usage: tools/sanitize.sh asan|ubsan|both" >&2; exit 2 ;;
esac
folder=build-$1
if [ ! -f "$folder/build.ninja" ]; then
    # -O1: the sanitizers' usual level; b_lundef off is what Meson asks for with clang.
    meson setup "$folder" -Dbuildtype=debugoptimized -Doptimization=1 -Db_ndebug=false \
        "-Db_sanitize=$kind" -Db_lundef=false -Dwerror=false # sanitizers bring false warnings
fi
ninja -C "$folder" --quiet
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}
status=0
meson test -C "$folder" --no-rebuild --suite unit --timeout-multiplier 5 --print-errorlogs || status=1
python3 tools/test_summary.py --label "detente ($1)" "$folder/meson-logs/testlog.json" || status=1
exit $status
