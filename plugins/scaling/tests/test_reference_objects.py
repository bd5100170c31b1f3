"""PET series with pixels, made from the rules and read as files: their SUV are what they should be.

The command is run on them as its users run it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
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


class Metaprov:
    """The command, with no plugins but those that it needs here."""

    def __call__(self, *arguments):
        with self.started(*arguments, stdout=subprocess.PIPE) as process:
            output, errors = process.communicate(timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)

    @staticmethod
    def started(*arguments, stdout, **variables):
        inherited = {name: v for name, v in os.environ.items() if not name.startswith("METAPROV_")}
        return subprocess.Popen(
            [Path(sys.executable).with_name("metaprov"), *map(str, arguments)],
            env={**inherited, "METAPROV_ONLY": "metaprov-dicom,metaprov-scaling", **variables},
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def metaprov():
    pytest.importorskip("typer")
    return Metaprov()


@pytest.fixture(scope="module")
def folder(files):
    return next(iter(files.values()))[0].parents[1]


def test_the_command_describes_each_series(metaprov, folder):
    completed = metaprov("suv", folder, "--json")

    assert completed.returncode == 0, completed.stderr
    series = {each["seriesDescription"]: each for each in json.loads(completed.stdout)}
    assert set(series) == {each.name for each in reference_objects.OBJECTS}
    one = series["back-computed-ge"]
    assert (one["images"], one["manufacturer"]) == (4, "GE MEDICAL SYSTEMS")
    assert (one["units"], one["decayCorrection"]) == ("BQML", "START")
    assert one["referenceTime"] == "2025-01-01 10:50:00"
    assert one["referenceRule"] == "5d FrameReferenceTime"
    assert one["factors"]["suvbw"] == pytest.approx([reference_objects.bq_to_suv(3000)] * 2)
    assert (one["repaired"], one["reason"]) == (False, None)
    assert series["none"]["factors"]["suvbw"][0] < series["none"]["factors"]["suvbw"][1]
    assert series["gml"]["referenceRule"] is None


def blocks(output):
    """The fields of each series by its description: names, and values as they are printed."""
    found = {}
    for block in output.strip().split("\n\n"):
        title, *lines = block.splitlines()
        assert all(re.match(r"  \S", line) for line in lines)
        found[title] = dict(re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in lines)
    return found


def test_each_series_is_a_block_of_its_factors_and_what_they_rest_on(metaprov, folder):
    completed = metaprov("suv", folder)

    assert completed.returncode == 0, completed.stderr
    series = blocks(completed.stdout)
    assert list(series["back-computed-ge"].items())[1:7] == [
        ("images", "4"),
        ("manufacturer", "GE MEDICAL SYSTEMS"),
        ("units", "BQML"),
        ("decay correction", "START"),
        ("reference time", "2025-01-01 10:50:00"),
        ("by rule", "5d FrameReferenceTime"),
    ]
    factor = reference_objects.bq_to_suv(3000)
    assert float(series["back-computed-ge"]["suvbw"]) == pytest.approx(factor, rel=1e-5)
    assert " to " in series["none"]["suvbw"]
    assert "reference time" not in series["gml"]


def test_each_note_is_a_line_with_its_severity_and_code(metaprov, folder):
    series = blocks(metaprov("suv", folder).stdout)

    repaired = {name for name, fields in series.items() if "repaired" in fields}
    assert repaired == {"dose-in-mbq", "weight-in-g", "ge-private", "shifted-date"}
    assert series["dose-in-mbq"]["repaired"].startswith("RadionuclideTotalDose (0018,1074) is ")
    assert series["dose-in-mbq"]["repaired"].endswith("[doseInMegabecquerel]")
    assert series["only-time"]["assumed"].startswith("RadiopharmaceuticalStartDateTime")


def test_no_line_ends_with_blanks_and_a_pipe_has_each_value_on_one(metaprov, folder):
    lines = metaprov("suv", folder).stdout.splitlines()

    assert [line for line in lines if line != line.rstrip()] == []
    assumed = [line for line in lines if line.endswith("[startDateAssumed]")]
    assert [line[:12] for line in assumed] == ["  assumed   "] * 2


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_terminal_of_any_width_has_every_word_whole(columns, metaprov, folder):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    size = {"COLUMNS": str(columns), "LINES": "25"}
    with metaprov.started("suv", folder, stdout=theirs, **size) as process:
        os.close(theirs)
        printed = b"".join(iter(lambda: read(ours), b"")).decode()
        assert process.wait(timeout=120) == 0
    os.close(ours)

    lines = re.sub(r"\x1b\[[0-9;]*m", "", printed).replace("\r\n", "\n").splitlines()
    assert max(map(len, lines)) <= columns
    assert " ".join(lines).split() == metaprov("suv", folder).stdout.split()


def read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:
        # What Linux says where nobody writes to it any more.
        return b""


@pytest.mark.parametrize("option", [["--fail-on", "repaired"], ["--fail-on", "info"], ["--strict"]])
def test_fail_on_has_status_4_where_a_value_was_repaired(metaprov, folder, option):
    assert metaprov("suv", folder / "dose-in-mbq", *option).returncode == 4
    assert metaprov("suv", folder / "plain", *option).returncode == 0


def test_fail_on_a_graver_severity_lets_a_repaired_value_pass(metaprov, folder):
    assert metaprov("suv", folder / "dose-in-mbq", "--fail-on", "warning").returncode == 0
    assert metaprov("suv", folder / "dose-in-mbq").returncode == 0


def test_several_sources_are_one_list_that_a_file_takes_whole(metaprov, folder, tmp_path):
    sources = [folder / "dose-in-mbq", folder / "plain"]
    both = metaprov("suv", *sources, "--json", "-o", tmp_path / "suv.json")
    each = [json.loads(metaprov("suv", source, "--json").stdout) for source in sources]

    assert (both.returncode, both.stdout) == (0, "")
    assert json.loads((tmp_path / "suv.json").read_text()) == [*each[0], *each[1]]


def test_a_series_without_factors_has_the_reason(metaprov, tmp_path):
    for path in reference_objects.write(reference_objects.OBJECTS[0], tmp_path):
        dataset = pydicom.dcmread(path)
        del dataset.PatientWeight
        dataset.save_as(path)

    completed = metaprov("suv", tmp_path)

    assert completed.returncode == 0
    reason = "PatientWeight (0010,1030) is missing or not a number"
    assert blocks(completed.stdout)["plain"]["no factors"] == reason
    (one,) = json.loads(metaprov("suv", tmp_path, "--json").stdout)
    assert (one["factors"], one["reason"]) == ({}, reason)


def test_a_source_that_cannot_be_read_does_not_stop_the_others(metaprov, folder, tmp_path):
    completed = metaprov("suv", tmp_path / "gone", folder / "plain", "--json")

    assert completed.returncode == 2
    assert len(json.loads(completed.stdout)) == 1
    assert completed.stderr.startswith("metaprov: cannot read ")


def test_a_folder_without_a_pet_series_has_status_1(metaprov, tmp_path):
    completed = metaprov("suv", tmp_path)

    assert completed.returncode == 1
    assert "no PET series" in completed.stderr


def test_the_help_has_an_example(metaprov):
    assert "Example: metaprov suv" in metaprov("suv", "--help").stdout
