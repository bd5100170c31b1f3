#!/bin/sh
# Run a command where Orthanc can be started by orthanc.py, which is on its PYTHONPATH.
#
# The Debian packages are unpacked into a folder and not installed: that leaves no service, no user
# and no file in the system, and needs no root. Orthanc 1.10 listens on every interface, whatever
# its configuration says: the command gets a network of its own, which has loopback alone.
#
# Exits with status 77, and a line that says why, where that cannot be done.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${ORTHANC_FOLDER:-$here/unpacked}

not_here() {
    echo "no Orthanc here: $1" >&2
    exit 77
}

command -v unshare >/dev/null || not_here "there is no unshare (util-linux)"
command -v ip >/dev/null || not_here "there is no ip (iproute2)"
# A user other than root becomes root in a namespace of its own.
unshare=unshare
[ "$(id -u)" = 0 ] || unshare="unshare --map-root-user"
$unshare --net ip link set lo up 2>/dev/null || not_here "a private network is not allowed"

unpack() {
    command -v apt-get >/dev/null || not_here "there is no apt-get, and Debian has the packages"
    [ "$(id -u)" != 0 ] || apt-get update -qq || true
    names=$(apt-get install --simulate --no-install-recommends orthanc orthanc-dicomweb 2>/dev/null |
        sed -n 's/^Inst \([^ ]*\).*/\1/p')
    # Installed packages are not in that list, and need not be unpacked.
    mkdir -p "$folder.part"
    for name in $names orthanc orthanc-dicomweb; do
        (cd "$folder.part" && apt-get download -qq "$name" 2>/dev/null) ||
            not_here "apt-get download $name fails"
    done
    for package in "$folder.part"/*.deb; do
        dpkg --extract "$package" "$folder.part"
        rm "$package"
    done
    mv "$folder.part" "$folder"
}

[ -d "$folder" ] || unpack

export ORTHANC_FOLDER="$folder" PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}"
exec $unshare --net sh -c 'ip link set lo up && exec "$@"' run "$@"
