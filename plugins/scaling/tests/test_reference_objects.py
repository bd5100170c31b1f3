"""PET series with pixels, made from the rules and read as files: their SUV are what they should be.

The command is run on them as its users run it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from metaprov_core import Host
from metaprov_scaling import to_suv

pydicom = pytest.importorskip("pydicom")
pytest.importorskip("metaprov_dicom")

_spec = importlib.util.spec_from_file_location(
    "reference_objects", Path(__file__).with_name("reference_objects.py")
)
reference_objects = importlib.util.module_from_spec(_spec)
sys.modules["reference_objects"] = reference_objects
_spec.loader.exec_module(reference_objects)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The paths of the files of each reference object, by name."""
    folder = tmp_path_factory.mktemp("objects")
    return {
        each.name: reference_objects.write(each, folder / each.name)
        for each in reference_objects.OBJECTS
    }


@pytest.mark.parametrize("reference", reference_objects.OBJECTS, ids=lambda each: each.name)
def test_the_pixels_of_a_reference_object_are_its_suv(reference, files):
    host = Host(discover=True, only=["metaprov-dicom", "metaprov-scaling"])
    paths = files[reference.name]
    modules = host.get_many("scalingModule", [f"dicomfile:{path}" for path in paths])

    for index, (path, module) in enumerate(zip(paths, modules, strict=True)):
        expected = reference.factor(index)
        # Times are written to the ms in the files.
        assert getattr(module, reference.kind) == pytest.approx(expected, rel=1e-7)
        dataset = pydicom.dcmread(path)
        suv = to_suv(
            dataset.pixel_array,
            module,
            reference.kind,
            slope=float(dataset.RescaleSlope),
            intercept=float(dataset.RescaleIntercept),
        )
        np.testing.assert_allclose(suv, reference_objects.phantom(index), rtol=5e-3)
        assert np.unique(suv.round(2)).tolist() == [0.2, 1.0, 4.0]


@pytest.fixture
def metaprov():
    pytest.importorskip("typer")
    command = Path(sys.executable).with_name("metaprov")

    def run(*arguments):
        variables = {name: v for name, v in os.environ.items() if not name.startswith("METAPROV_")}
        variables["METAPROV_ONLY"] = "metaprov-dicom,metaprov-scaling"
        return subprocess.run(
            [command, *map(str, arguments)],
            env=variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def folder(files):
    return next(iter(files.values()))[0].parents[1]


def test_the_command_prints_a_row_for_each_series(metaprov, folder):
    completed = metaprov("suv", folder, "--json")

    assert completed.returncode == 0, completed.stderr
    rows = {row["seriesDescription"]: row for row in json.loads(completed.stdout)}
    assert set(rows) == {each.name for each in reference_objects.OBJECTS}
    row = rows["back-computed-ge"]
    assert (row["images"], row["manufacturer"]) == (4, "GE MEDICAL SYSTEMS")
    assert (row["units"], row["decayCorrection"]) == ("BQML", "START")
    assert row["referenceTime"] == "2025-01-01 10:50:00"
    assert row["referenceRule"] == "5d FrameReferenceTime"
    assert row["factors"]["suvbw"] == pytest.approx([reference_objects.bq_to_suv(3000)] * 2)
    assert (row["repaired"], row["reason"]) == (False, None)
    assert rows["none"]["factors"]["suvbw"][0] < rows["none"]["factors"]["suvbw"][1]
    assert rows["gml"]["referenceRule"] is None


def test_the_table_marks_repaired_rows_and_says_what_was_repaired(metaprov, folder):
    completed = metaprov("suv", folder)

    assert completed.returncode == 0, completed.stderr
    rows = [line for line in completed.stdout.splitlines() if line.startswith(("!", " "))]
    marked = {line.split()[1] for line in rows if line.startswith("!")}
    assert marked == {"dose-in-mbq", "weight-in-g", "ge-private", "shifted-date"}
    assert "dose-in-mbq: repaired: RadionuclideTotalDose (0018,1074)" in completed.stdout
    assert "only-time: assumed: RadiopharmaceuticalStartDateTime" in completed.stdout


def test_strict_has_status_3_where_a_value_was_repaired(metaprov, folder):
    assert metaprov("suv", folder / "dose-in-mbq", "--strict").returncode == 3
    assert metaprov("suv", folder / "plain", "--strict").returncode == 0
    assert metaprov("suv", folder / "dose-in-mbq").returncode == 0


def test_a_series_without_factors_is_a_row_with_the_reason(metaprov, tmp_path):
    for path in reference_objects.write(reference_objects.OBJECTS[0], tmp_path):
        dataset = pydicom.dcmread(path)
        del dataset.PatientWeight
        dataset.save_as(path)

    completed = metaprov("suv", tmp_path)

    assert completed.returncode == 0
    assert "plain: no factors: PatientWeight (0010,1030) is missing" in completed.stdout
    (row,) = json.loads(metaprov("suv", tmp_path, "--json").stdout)
    assert (row["factors"], row["reason"][:13]) == ({}, "PatientWeight")


def test_a_folder_without_a_pet_series_has_status_1(metaprov, tmp_path):
    completed = metaprov("suv", tmp_path)

    assert completed.returncode == 1
    assert "no PET series" in completed.stderr


def test_the_help_has_an_example(metaprov):
    assert "Example: metaprov suv" in metaprov("suv", "--help").stdout
