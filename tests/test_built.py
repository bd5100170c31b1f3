"""What is published: each distribution, built, and installed where nothing else is.

Run by ``make test-built``: it needs a package registry, and minutes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from pydicom.data import get_testdata_file

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    "METAPROV_TEST_BUILT" not in os.environ, reason="run by make test-built"
)

#: Where the distributions are, by their names.
PLACES = {
    tomllib.loads(path.read_text())["project"]["name"]: path.parent
    for place in ("", "*/", "plugins/*/")
    for path in sorted(ROOT.glob(f"{place}pyproject.toml"))
}


class Question(NamedTuple):
    """What a package is asked once it is installed, and what is in its answer."""

    program: str
    answer: str


GET = "import metaprov_core; print(metaprov_core.get({type!r}, sys.argv[1]))"
QUESTIONS = {
    "metaprov": Question(GET.format(type="imagePlaneModule"), "ImagePlaneModule("),
    "metaprov-core": Question(GET.format(type="imagePlaneModule"), "None"),
    "metaprov-dicom": Question(GET.format(type="imagePlaneModule"), "ImagePlaneModule("),
    "metaprov-dicomweb": Question(
        "import metaprov_core; print(metaprov_core.explain('instance', 'wadors:https://pacs/'))",
        "dicomweb",
    ),
    "metaprov-modules": Question(
        "import metaprov_modules as m; print(m.IMAGE_PLANE)", "imagePlane"
    ),
    "metaprov-nifti": Question(
        "import metaprov_core; print(metaprov_core.explain('imagePlaneModule', 'nifti:/no.nii'))",
        "nifti",
    ),
    "metaprov-scaling": Question(
        "import metaprov_core as m; m.add('scalingModule', 'a:1', {'suvbw': 2});"
        "print(m.get('scalingModule', 'a:1'))",
        "suvbw=2",
    ),
    "metaprov-serve": Question(
        "import metaprov_serve; print(metaprov_serve.app([sys.argv[1]], token=None))", "Starlette"
    ),
    "metaprov-storage": Question(
        "import metaprov_core; print(metaprov_core.explain('instance', 's3://bucket/no.dcm'))",
        "storage",
    ),
    "metaprov-table": Question(
        "import metaprov_table as t; print(t.read(sys.argv[1]).table.num_rows)", "1"
    ),
    "metaprov-volume": Question(
        "import metaprov_core; print(metaprov_core.explain('seriesVolumes', sys.argv[1]))", "volume"
    ),
}


def oldest_and_newest() -> list[str]:
    """The interpreters of the oldest and of the newest Python that are here."""
    there = [found for minor in range(11, 20) if (found := _interpreter(f"3.{minor}"))]
    return list(dict.fromkeys((there[0], there[-1])))


def _interpreter(version: str) -> str | None:
    """That of a version, on the path or among those of pyenv, if it works."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    names = [f"python{version}", *map(str, kept.glob(f"{version}.*/bin/python{version}"))]
    for name in names:
        found = shutil.which(name)
        if found and _works(found):
            return found
    return None


def _works(interpreter: str) -> bool:
    return not subprocess.run([interpreter, "-c", ""], check=False, capture_output=True).returncode


def run(*command: object) -> str:
    done = subprocess.run(list(map(str, command)), check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an sdist of each distribution, and the wheel that was made of it."""
    folder = tmp_path_factory.mktemp("built")
    for place in PLACES.values():
        run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, place)
    return folder


def test_a_package_index_takes_them(built: Path) -> None:
    run(sys.executable, "-m", "twine", "check", "--strict", *sorted(built.iterdir()))


@pytest.mark.parametrize("name", PLACES)
def test_each_has_the_license_and_no_code_of_others(built: Path, name: str) -> None:
    stem = name.replace("-", "_")
    (wheel,) = built.glob(f"{stem}-*.whl")
    (sdist,) = built.glob(f"{stem}-*.tar.gz")
    in_wheel = zipfile.ZipFile(wheel).namelist()
    with tarfile.open(sdist) as archive:
        in_sdist = [member.partition("/")[2] for member in archive.getnames()]

    assert any(each.endswith(".dist-info/licenses/LICENSE") for each in in_wheel)
    assert "LICENSE" in in_sdist
    modules = {each.partition("/")[0] for each in in_wheel if ".dist-info/" not in each}
    own = {stem}
    if name == "metaprov-core":
        own |= {"metaprov_command.py", "metaprov_pytest.py"}
        assert not any(each.startswith(("plugins/", "modules/")) for each in in_sdist)
    assert modules == (set() if name == "metaprov" else own)


@pytest.mark.parametrize("name", PLACES)
def test_what_each_says_of_itself_leads_nowhere_that_an_index_has_not(
    built: Path, name: str
) -> None:
    (wheel,) = built.glob(f"{name.replace('-', '_')}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (each for each in archive.namelist() if each.endswith("/METADATA"))
        said = archive.read(metadata).decode()

    assert f"# {name.removesuffix('-core')}\n" in said
    assert re.findall(r"\]\((?!https?://)[^)]*\)", said) == []


@pytest.mark.parametrize("python", oldest_and_newest())
@pytest.mark.parametrize("name", PLACES)
def test_each_answers_where_nothing_else_is(
    built: Path, name: str, python: str, tmp_path: Path
) -> None:
    run(python, "-m", "venv", "--without-pip", tmp_path / "env")
    (wheel,) = built.glob(f"{name.replace('-', '_')}-*.whl")
    in_env = tmp_path / "env" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", in_env, "install", "--quiet")
    run(*pip, "--find-links", built, wheel)

    question = QUESTIONS[name]
    said = run(in_env, "-c", f"import sys; {question.program}", get_testdata_file("CT_small.dcm"))

    assert question.answer in said
