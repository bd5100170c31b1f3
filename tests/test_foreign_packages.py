"""Packages of others, installed with pip beside all of ours: another format, and known values."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[1]
METAPROV = Path(sys.executable).with_name("metaprov")
FOREIGN = Path(__file__).parent / "foreign"
OURS = [
    tomllib.loads(path.read_text())["project"]["name"]
    for path in ROOT.glob("plugins/*/pyproject.toml")
]

pytest.importorskip("numpy")
pydicom = pytest.importorskip("pydicom")
for name in OURS:
    pytest.importorskip(name.replace("-", "_"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder of packages, and what pip was told to put into it."""
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    for name in ("toy", "known"):
        command = [*pip, "--no-build-isolation", "--target", target, FOREIGN / name]
        subprocess.run(command, check=True, timeout=300)
    return target


@pytest.fixture
def run(installed, tmp_path):
    """Run a command in an empty folder, with our packages and those."""
    only = ",".join([*OURS, "metaprov-toy", "ward-values"])

    def run(*command, status=0, **environment):
        variables = {"PYTHONPATH": str(installed), "METAPROV_ONLY": only, "COLUMNS": "100"}
        said = subprocess.run(
            [str(each) for each in command],
            cwd=tmp_path,
            env={**os.environ, **variables, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert said.returncode == status, said.stdout + said.stderr
        return said.stdout

    return run


@pytest.fixture
def ask(run):
    """Run a program, and return what it printed as JSON."""
    imports = "import json, metaprov_core\n"

    def ask(program, **environment):
        return json.loads(run(sys.executable, "-c", imports + dedent(program), **environment))

    return ask


@pytest.fixture
def mixed(tmp_path):
    """A folder with DICOM files and toys, and a folder in it with one more of each."""
    folder = tmp_path / "mixed"
    (folder / "deeper").mkdir(parents=True)
    ct = pydicom.data.get_testdata_file("CT_small.dcm", download=False)
    shutil.copy(ct, folder / "ct.dcm")
    shutil.copy(ct, folder / "deeper" / "ct.dcm")
    toy = {"rows": 2, "pixelSpacing": [0.5, 0.25], "image_position_patient": [1, 2, 3]}
    (folder / "a.toy").write_text(json.dumps(toy))
    frames = {**toy, "frames": 2, "slice_thickness": 4}
    (folder / "deeper" / "b.TOY").write_text(json.dumps(frames))
    return folder


# -- another format


def test_a_folder_of_two_formats_has_the_images_of_both_each_once(mixed, ask):
    found = ask("print(json.dumps(list(metaprov_core.find_images('mixed'))))")

    assert sorted(found) == [
        f"dicomfile:{mixed}/ct.dcm",
        f"dicomfile:{mixed}/deeper/ct.dcm",
        f"toy:{mixed}/a.toy",
        f"toy:{mixed}/deeper/b.TOY?frame=1",
        f"toy:{mixed}/deeper/b.TOY?frame=2",
    ]


def test_every_image_of_both_formats_has_a_plane_of_one_class(mixed, ask):
    program = """
        from metaprov_modules import IMAGE_PLANE, ImagePlaneModule
        planes = metaprov_core.get_many(IMAGE_PLANE, metaprov_core.find_images("mixed"))
        print(json.dumps([isinstance(plane, ImagePlaneModule) for plane in planes]))
        """

    assert ask(program) == [True] * 5


@pytest.mark.parametrize(
    ("spelling", "z"),
    [
        ("{folder}/a.toy", 3),
        ("mixed/a.toy", 3),
        ("./mixed/../mixed/a.toy", 3),
        ("file://{folder}/a.toy", 3),
        ("file:{folder}/a.toy", 3),
        ("toy:{folder}/a.toy", 3),
        ("TOY:mixed/a.toy", 3),
        ("{folder}/a.toy?frame=1", 3),
        ("mixed/deeper/b.TOY", 3),
        ("mixed/deeper/b.TOY?frame=2", 7),
        ("file://{folder}/deeper/b.TOY?frame=2", 7),
    ],
)
def test_every_spelling_of_a_path_is_the_plugin_s(spelling, z, mixed, ask):
    image_id = spelling.format(folder=mixed)
    program = f"""
        plane = metaprov_core.require("imagePlaneModule", {image_id!r})
        print(json.dumps([*plane.image_position_patient, plane.pixel_spacing[1]]))
        """

    assert ask(program) == [1, 2, z, 0.25]


def test_an_explicit_scheme_is_stronger_than_the_ending(mixed, run):
    said = run(METAPROV, "get", "imagePlaneModule", "dicomfile:mixed/a.toy", status=2)

    assert said == ""


def test_a_single_file_is_found_and_a_torn_one_is_an_error_of_its_plugin(mixed, run):
    assert run(METAPROV, "find", "mixed/a.toy") == f"toy:{mixed}/a.toy\n"

    (mixed / "torn.toy").write_text("{")
    assert run(METAPROV, "get", "imagePlaneModule", "mixed/torn.toy", status=2) == ""


def test_a_folder_that_is_named_like_a_file_is_a_folder(mixed, run):
    mixed.rename(mixed.with_name("mixed.toy"))

    found = run(METAPROV, "find", "mixed.toy").splitlines()

    assert len(found) == 5


def test_without_the_plugin_a_path_keeps_its_scheme_and_nobody_answers(mixed, run):
    said = run(METAPROV, "get", "rows", "mixed/a.toy", status=1, METAPROV_DISABLE="toy")

    assert said == ""


def test_the_format_needs_no_dicom(mixed, ask):
    program = """
        import sys
        rows = metaprov_core.get("imagePlaneModule", "mixed/a.toy").rows
        print(json.dumps([rows, [name for name in sys.modules if "dicom" in name]]))
        """

    assert ask(program, METAPROV_ONLY="metaprov-toy") == [2, []]


# -- values that somebody knows


@pytest.fixture
def pet(tmp_path, monkeypatch):
    """A PET series; of its first image somebody knows the factor and the plane."""
    monkeypatch.syspath_prepend(ROOT / "examples")
    import pet_series

    first, *_ = pet_series.write_series(tmp_path / "pet")
    known = {"scalingModule": {"suvbw": 7.5}, "imagePlaneModule": {"pixelSpacing": [9, 9]}}
    first.with_suffix(".known.json").write_text(json.dumps(known))
    return first.parent


ASKED = """
    import metaprov_core
    scaling, plane = (
        metaprov_core.get_many(type, ["pet/pt-1.dcm", "pet/pt-2.dcm"])
        for type in ("scalingModule", "imagePlaneModule")
    )
    print(json.dumps([[each.suvbw for each in scaling], [each.pixel_spacing for each in plane]]))
    """


@pytest.mark.parametrize("order", ["", "suv", "suv,dicom-modules", "ward-values"])
def test_what_somebody_knows_wins_over_what_is_computed_whatever_the_order(order, pet, ask):
    factors, spacings = ask(ASKED, METAPROV_ORDER=order)

    assert factors == [7.5, pytest.approx(3.78378e-4, rel=1e-4)]
    assert spacings == [[9, 9], [4, 4]]


def test_an_explanation_shows_the_computed_ones_below(pet, run):
    said = run(METAPROV, "explain", "scalingModule", "pet/pt-1.dcm", METAPROV_ORDER="suv")

    rows = [
        line.split()[0] for line in said.splitlines()[2:] if " metaprov-" in line or "1.0" in line
    ]
    assert rows.index("ward-values") < rows.index("suv")
    assert "answered by ward-values" in said


def test_nothing_is_said_against_these_packages(run):
    said = run(METAPROV, "check", METAPROV_ONLY="metaprov-toy,ward-values")

    assert said.startswith("nothing found")
