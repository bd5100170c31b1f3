#!/bin/sh
# The core's tests on every Python from 3.11 on: on the oldest with the least version of every
# dependency, on the others with the newest of all, or of all but pluggy, by turns.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# A working interpreter of a version: on the path, one that pyenv keeps, or one of Debian.
interpreter() {
    for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"${1%t}".*/bin/"python$1"; do
        "$candidate" -c '' 2>/dev/null && { echo "$candidate"; return; }
    done
    case $1 in
        3.14) sh "$here/debian_python.sh" "$1" "$folder/debian-$1" | tail -n 1 | grep . ;;
        *) return 1 ;;
    esac
}

# Run the tests in a new environment: tests_on PYTHON NAME [OPTION OF PIP ...]
tests_on() {
    python=$1 name=$2
    shift 2
    "$python" -m venv --without-pip "$folder/$name"
    in_venv="$folder/$name/bin/python"
    "$folder/pip/bin/python" -m pip --python "$in_venv" install --quiet "$@" pip \
        ./metaprov '.[new]' ./modules ./plugins/scaling ./plugins/dicom ./plugins/dicomweb \
        ./plugins/nifti ./plugins/storage ./plugins/volume ./plugins/serve ./plugins/table \
        --group test
    echo "Python $name with"
    "$in_venv" -m pip freeze | grep -iE '^(click|copier|importlib|msgspec|numpy|pluggy|pydicom|typer)'
    # How much memory a million answers take is measured once, by make test.
    "$folder/$name/bin/pytest" -q -p no:cacheprovider -n auto tests --deselect tests/test_memory.py \
        $but_for
}

# Debian's Python comes without pip.
python3 -m venv "$folder/pip"
"$folder/pip/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'

"$folder/pip/bin/python" "$here/minimums.py" >"$folder/minimums"

turn=least
# The pages are followed by make test and on the oldest Python.
but_for=
# With a t: free-threaded.
for version in 3.11 3.12 3.13 3.14 3.13t 3.14t; do
    python=$(interpreter $version) || { echo "Python $version is not here: skipped"; continue; }
    # Apart, as a failure left of && would not end this.
    case $turn in
        least)
            tests_on "$python" "$version" --constraint "$folder/minimums"
            turn=newest but_for='--ignore tests/test_docs.py'
            ;;
        newest) tests_on "$python" "$version"; turn=older-pluggy ;;
        older-pluggy) tests_on "$python" "$version" 'pluggy<1.7'; turn=newest ;;
    esac
done
