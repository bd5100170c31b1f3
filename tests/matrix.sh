#!/bin/sh
# The core's tests on every Python from 3.11 on, each with the oldest and the newest pluggy.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# A working interpreter of a version: on the path, or one that pyenv keeps.
interpreter() {
    for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python; do
        "$candidate" -c '' 2>/dev/null && { echo "$candidate"; return; }
    done
    return 1
}

for version in 3.11 3.12 3.13 3.14; do
    python=$(interpreter $version) || { echo "Python $version is not here: skipped"; continue; }
    "$python" -m venv "$folder/$version"
    in_venv="$folder/$version/bin/python"
    "$in_venv" -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
    "$in_venv" -m pip install --quiet '.[cli]' ./plugins/scaling ./plugins/dicom ./plugins/dicomweb --group test
    for pluggy in 'pluggy>=1.6,<1.7' 'pluggy>=1.7,<2'; do
        "$in_venv" -m pip install --quiet --upgrade "$pluggy"
        echo "Python $version with $pluggy"
        # How much memory a million answers take is measured once, by make test.
        "$folder/$version/bin/pytest" -q -p no:cacheprovider -n auto tests --deselect tests/test_memory.py
    done
done
