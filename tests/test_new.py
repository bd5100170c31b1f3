"""`metaprov new`, as a new author uses it: made, installed, tested, type-checked and asked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.importorskip("copier")

metaprov_modules = pytest.importorskip("metaprov_modules")

from metaprov_core import MetadataType  # noqa: E402

METAPROV = Path(sys.executable).with_name("metaprov")
VOCABULARY = {
    str(value): name
    for name, value in vars(metaprov_modules).items()
    if isinstance(value, MetadataType)
}
#: What is asked for, by what the package is for; and the answer of its first type.
ANSWERS = {
    "one type of one scheme": (
        ("metaprov-clinic", "patientModule", "clinic", "clinic:1"),
        {"patientName": "Example^Ann"},
    ),
    "types of several schemes": (
        ("Ward.Lists_2", "wardModule, generalSeriesModule,instance", "ward, dicomfile", "ward:1"),
        {"description": "an example"},
    ),
    "any scheme": (
        ("metaprov-everything", "shout", "", "x-everything:1"),
        {"description": "an example"},
    ),
    "every type that there is a class for": (
        (
            "metaprov-all",
            # The first is the one that is asked for.
            ",".join(dict.fromkeys(("voiLutModule", *sorted(VOCABULARY)))),
            "all",
            "all:1",
        ),
        {"windowCenter": [40.0], "windowWidth": [400.0]},
    ),
}


@pytest.fixture
def run(tmp_path):
    """Run a command in an empty folder, with what was installed there."""

    def run(*command, cwd=tmp_path, **environment):
        return subprocess.run(
            [str(each) for each in command],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(tmp_path / "installed"), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture(params=ANSWERS.values(), ids=ANSWERS)
def package(request, run, tmp_path):
    """A package from the template, installed; its folder, the first type, an id, the answer."""
    (name, types, schemes, image_id), answer = request.param
    options = ("--name", name, "--types", types, "--schemes", schemes, "--output", "made")
    made = run(METAPROV, "new", *options)
    assert made.returncode == 0, made.stderr
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-build-isolation", "--no-deps", "--no-index", "--target", "installed"]
    installed = run(*pip, *offline, "./made")
    assert installed.returncode == 0, installed.stderr
    return tmp_path / "made", types.partition(",")[0], image_id, answer


def test_a_package_from_the_template_is_whole(package, run):
    folder, type, image_id, answer = package
    (module,) = folder.glob("*/py.typed")

    # The installed package is tested, not the folder that it was made from.
    module.parent.rename(folder / "not_here")
    tested = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=folder)
    (folder / "not_here").rename(module.parent)
    asked = run(METAPROV, "get", type, image_id, "--json")
    checked = run(METAPROV, "check", METAPROV_ONLY=module.parent.name)

    assert tested.returncode == 0, tested.stdout
    answered = {name: value for name, value in json.loads(asked.stdout).items() if value}
    assert answered == answer
    assert checked.stdout == "nothing found: every plugin loads, and declares what it serves\n"
    assert (folder / ".github" / "workflows" / "test.yml").read_text().count("${{ matrix") == 1
    assert f"metaprov get {type} {image_id}" in (folder / "README.md").read_text()


@pytest.mark.parametrize("types", ["patientModule", "ward", "patientModule,ward"])
def test_a_type_of_the_vocabulary_has_its_class_and_its_key_and_another_its_own(
    types, run, tmp_path
):
    run(METAPROV, "new", "--name", "clinic", "--types", types, "--schemes", "")
    folder = tmp_path / "clinic"
    names = (folder / "clinic" / "__init__.py").read_text()
    own = folder / "clinic" / "answers.py"
    known, is_own = "patientModule" in types, "ward" in types

    taken = "from metaprov_modules import (\n    PATIENT,\n    PatientModule,\n)"
    assert (taken in names) is known
    assert ('"metaprov-modules>=' in (folder / "pyproject.toml").read_text()) is known
    assert ("from .answers import (\n    WARD,\n    Ward,\n)" in names) is is_own
    assert own.exists() is is_own
    assert not is_own or "Patient" not in own.read_text()


def test_a_package_from_the_template_is_typed(package, run):
    if find_spec("mypy") is None:
        pytest.skip("mypy is not installed")
    folder, *_ = package

    checked = run(sys.executable, "-m", "mypy", "--no-incremental", cwd=folder)

    assert checked.stdout.startswith("Success"), checked.stdout


def test_the_tests_of_a_package_are_an_extra_that_every_pip_can_install(package, tmp_path):
    folder, *_ = package
    (metadata,) = (tmp_path / "installed").glob("*.dist-info/METADATA")

    headers = metadata.read_text()

    assert "Provides-Extra: test\n" in headers
    assert re.search(r"^Requires-Dist: pytest>=.*; extra == 'test'$", headers, re.MULTILINE)
    told = [(folder / "README.md"), (folder / ".github" / "workflows" / "test.yml")]
    assert [each.name for each in told if '.[test]"' not in each.read_text()] == []
    assert [each.name for each in told if "--group" in each.read_text()] == []


def test_where_name_and_types_are_given_nothing_is_asked_and_the_folder_has_the_name(run, tmp_path):
    made = run(METAPROV, "new", "--name", "metaprov-clinic", "--types", "shout")

    assert made.returncode == 0, made.stderr
    assert made.stdout.splitlines() == [
        "metaprov-clinic is made; next:",
        "  cd metaprov-clinic",
        '  python -m pip install --editable ".[test]"',
        "  python -m pytest",
    ]
    assert (tmp_path / "metaprov-clinic" / "metaprov_clinic" / "provider.py").is_file()


def test_where_nobody_can_be_asked_the_command_says_what_to_give(run, tmp_path):
    made = run(METAPROV, "new", "--name", "clinic", COLUMNS="400")

    assert made.returncode == 2
    assert "nobody answered: give --name and --types" in made.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--name", "a package", "'a package' is not a name of a package"),
        ("--name", "Class", "'Class' is a keyword of Python"),
        ("--name", "json", "'json' is a module of Python"),
        ("--name", "metaprov-core", "'metaprov-core' is a package that yours needs"),
        ("--name", "tests", "'tests' is a package that yours needs"),
        ("--types", "patient-module", "'patient-module' does not name types: give at least one"),
        ("--types", "", "'' does not name types: give at least one"),
        ("--types", "shout, class", "a provider cannot be named after the type 'class'"),
        ("--types", "None", "a provider cannot be named after the type 'None'"),
        ("--types", "metadataChanged", "cannot be named after the type 'metadataChanged'"),
        ("--types", "findImages", "cannot be named after the type 'findImages'"),
        ("--types", "metadataType", "cannot be named after the type 'metadataType'"),
        ("--types", "patient,patientModule", "'patient' and 'patientModule' would have one key"),
        ("--types", "clinicProvider", "cannot be named after the type 'clinicProvider'"),
        ("--types", "shout,Shout", "the types 'shout,Shout' differ only in upper and lower case"),
        ("--schemes", "file", "'file' does not name schemes"),
        ("--schemes", "c", "'c' does not name schemes"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_the_reason(run, tmp_path, option, value, reason):
    answers = {"--name": "clinic", "--types": "shout", "--schemes": "", option: value}

    made = run(METAPROV, "new", *(each for pair in answers.items() for each in pair), COLUMNS="400")

    assert made.returncode == 2
    assert reason in made.stderr
    assert "Validation error" not in made.stderr
    assert "Traceback" not in made.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(run, tmp_path):
    (tmp_path / "clinic").mkdir()
    (tmp_path / "clinic" / "mine.txt").write_text("mine")
    options = ("--name", "clinic", "--types", "shout", "--schemes", "")

    made = run(METAPROV, "new", *options, COLUMNS="400")

    assert made.returncode == 2
    assert "clinic exists: name another folder with --output" in made.stderr
    assert [each.name for each in (tmp_path / "clinic").iterdir()] == ["mine.txt"]


def test_without_copier_the_command_says_how_to_install_it(run):
    program = """if True:
        import sys
        sys.modules["copier"] = None
        sys.argv = ["metaprov", "new", "--name", "a", "--types", "b", "--schemes", ""]
        from metaprov_core.cli import main
        main()
        """

    made = run(sys.executable, "-c", program, COLUMNS="400")

    assert made.returncode == 2
    assert "run: python -m pip install 'metaprov-core[new]'" in made.stderr


def test_the_command_asks_for_what_is_not_given(tmp_path):
    made = subprocess.run(
        [METAPROV, "new"],
        input="clinic\nshout\n\n",
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert made.returncode == 0, made.stderr
    assert "Types that it answers" in made.stdout
    assert "Schemes of its image ids" in made.stdout
    assert (tmp_path / "clinic" / "clinic" / "provider.py").is_file()


@pytest.mark.skipif(os.name == "nt", reason="there is no /proc")
@pytest.mark.parametrize("folder", ["/proc/metaprov", "file/inside"])
def test_a_folder_that_cannot_be_made_is_a_wrong_option(run, tmp_path, folder):
    (tmp_path / "file").write_text("a file")

    made = run(
        METAPROV, "new", "--name", "clinic", "--types", "shout", "--output", folder, COLUMNS="400"
    )

    assert made.returncode == 2
    assert f"cannot make {folder}: " in made.stderr
    assert "--output" in made.stderr
    assert "Traceback" not in made.stderr
