#!/bin/sh
# Install the Debian packages of the given groups (tools/packages.txt) that are missing.
# Asks nothing, says what it does, and does nothing when all is there. Needs root or sudo only
# when something is missing.
#
# usage: tools/install.sh GROUP...
set -eu
list=$(dirname "$0")/packages.txt
[ $# -gt 0 ] || { echo "usage: tools/install.sh GROUP..." >&2; exit 2; }

missing() {
    while read -r group package command; do
        case "$group" in ''|'#'*) continue ;; esac
        for wanted in "$@"; do
            [ "$group" = "$wanted" ] || continue
            if [ "$command" != - ]; then
                command -v "$command" >/dev/null 2>&1 && continue
            fi
            status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
            [ "$status" = installed ] || printf ' %s' "$package"
        done
    done < "$list"
}

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "detente: not a Debian system; install what tools/packages.txt names by hand" >&2
    exit 0
fi
packages=$(missing "$@")
[ -n "$packages" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "detente: these Debian packages are missing, and there is neither root nor sudo:" >&2
        echo " $packages" >&2
        exit 1
    fi
    as_root=sudo
fi

apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 \
        -o Acquire::Retries=3 "$@"
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# The package lists are fetched only when they do not know a package, or are out of date.
known=yes
for package in $packages; do
    apt-cache show "$package" >/dev/null 2>&1 || known=no
done
if [ "$known" = no ]; then
    echo "detente: fetching Debian's package lists"
    apt update >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
fi
echo "detente: installing Debian packages:$packages"
# shellcheck disable=SC2086 # a list of words
if ! apt install --no-install-recommends $packages >"$log" 2>&1; then
    echo "detente: once more with fresh package lists"
    apt update >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
    apt install --no-install-recommends $packages >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
fi
packages=$(missing "$@")
[ -z "$packages" ] || { echo "detente: still missing:$packages" >&2; exit 1; }
