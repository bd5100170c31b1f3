#!/bin/sh
# Run a command where there are npm, with a registry that answers, and Chromium, at $CHROMIUM.
#
# What is not on the PATH is installed with apt-get, by root; another Chromium than that of the PATH
# is named by CHROMIUM.
#
# Exits with status 77, and a line that says why, where one of them cannot be had.
set -eu

not_here() {
    echo "no tests in a browser here: $1" >&2
    exit 77
}

get() {
    command -v "$1" >/dev/null && return
    command -v apt-get >/dev/null || not_here "there is no $1, and no apt-get to install it"
    [ "$(id -u)" = 0 ] || not_here "there is no $1; root installs it with apt-get install $1"
    apt-get update -qq || true
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$1" >/dev/null 2>&1 ||
        not_here "apt-get install $1 fails"
}

get npm
npm view esbuild version >/dev/null 2>&1 || not_here "no registry of npm answers"
[ -n "${CHROMIUM:-}" ] || get chromium
export CHROMIUM="${CHROMIUM:-$(command -v chromium)}"
exec "$@"
