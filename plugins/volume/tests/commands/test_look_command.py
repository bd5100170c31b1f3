"""``metaprov look``: what a folder holds, on one screen, and as lines for programs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

#: How what other plugins say of an image of the clinic begins.
OF_OTHERS = "; no plugin has the header"
PET = {
    "PatientWeight": 70,
    "Units": "BQML",
    "DecayCorrection": "START",
    "CorrectedImage": ["DECY", "ATTN"],
    "SeriesDate": "20260601",
    "SeriesTime": "110000",
    "AcquisitionDate": "20260601",
    "AcquisitionTime": "110000",
}


@pytest.fixture
def tracer():
    """The dose of a PET series, as attributes of each of its slices."""
    from pydicom import Dataset, Sequence

    dose = Dataset()
    dose.RadionuclideTotalDose, dose.RadionuclideHalfLife = 370e6, 6586.2
    dose.RadiopharmaceuticalStartDateTime = "20260601100000"
    return {**PET, "RadiopharmaceuticalInformationSequence": Sequence([dose])}


@pytest.fixture
def with_plugin(metaprov, tmp_path):
    """Run the command with one more plugin, given by its text."""

    def run(text, *arguments, **environment):
        plugin = tmp_path / "plugin_of_test.py"
        plugin.write_text(text)
        return metaprov("look", *arguments, METAPROV_PLUGINS=str(plugin), **environment)

    return run


def test_series_are_lines_whoever_answers_with_their_volumes(of_clinic):
    completed = of_clinic("look", "clinic:")

    assert completed.returncode == 3
    lines = [line.partition(OF_OTHERS)[0] for line in completed.stdout.splitlines()]
    assert lines == [
        "patient without PatientID",
        "  study without StudyDate",
        "    1  MR  4 images  512x512x4       0.977x0.977x2 mm  Head",
        "        1 slice missing; 2 images at 1 position",
        "    2  MR  4 images  2 of 512x512x2  0.977x0.977x2 mm  Head",
        "        by EchoTime; tilt 15.0 degrees in 1 of 2",
        "    3  MR  4 images  no volume                         Head",
        "        no volume: nobody measured it: 3/a, 3/b",
        "    4  MR  4 images  no volume                         Head",
        "        no volume: cannot read 4/a: the page is torn",
    ]


def test_patients_studies_and_series_are_a_tree(write_series, at, metaprov, tmp_path):
    write_series(tmp_path / "b", at(0, 2, 4, 8), series="3")
    write_series(tmp_path / "c", at(0, 2, 4), series="2")
    write_series(tmp_path / "d", at(0, 2), series="4", PatientID="8", StudyInstanceUID="1.9")

    completed = metaprov("look", tmp_path)

    assert (completed.returncode, completed.stderr) == (0, "")
    assert completed.stdout.splitlines() == [
        "7  Doe^Ann",
        "  2026-06-01  Whole body",
        "    2  CT  3 images  3x2x3  0.5x0.75x2 mm  Series of CT",
        "    3  CT  4 images  3x2x5  0.5x0.75x2 mm  Series of CT",
        "        1 slice missing",
        "8  Doe^Ann",
        "  2026-06-01  Whole body",
        "    4  CT  2 images  3x2x2  0.5x0.75x2 mm  Series of CT",
    ]


def test_studies_of_a_patient_are_in_order_of_time(write_series, at, metaprov, tmp_path):
    for study, date in (("1.5", "20260601"), ("1.6", "20250601"), ("1.7", None)):
        series = study[-1]
        write_series(
            tmp_path / study, at(0, 2), series=series, StudyInstanceUID=study, StudyDate=date
        )

    printed = metaprov("look", tmp_path).stdout

    assert printed.count("Doe^Ann") == 1
    dates = [line for line in printed.splitlines() if "Whole body" in line]
    assert dates == ["  2025-06-01  Whole body", "  2026-06-01  Whole body", "  Whole body"]


def test_volumes_that_are_alike_are_one_line(write_series, at, metaprov, tmp_path):
    for echo in (10, 20, 30):
        write_series(tmp_path, at(0, 2, 4), "MR", EchoTime=echo)

    assert metaprov("look", tmp_path).stdout.splitlines()[2:] == [
        "    1  MR  9 images  3 of 3x2x3  0.5x0.75x2 mm  Series of MR",
        "        by EchoTime",
    ]


def test_a_series_without_a_volume_says_why_in_short(write_series, at, metaprov, tmp_path):
    write_series(tmp_path, at(*range(60)), PixelSpacing=None)

    completed = metaprov("look", tmp_path)

    assert completed.returncode == 0
    *_, row, reason = completed.stdout.splitlines()
    assert row == "    1  CT  60 images  no volume  Series of CT"
    assert reason.startswith("        no volume: ")
    assert "PixelSpacing" in reason
    assert len(reason) < 180


def test_pet_has_suv_or_the_reason_why_not(write_series, at, tracer, metaprov, tmp_path):
    pytest.importorskip("metaprov_scaling")
    write_series(tmp_path / "a", at(0, 2, 4), "PT", **tracer)
    write_series(tmp_path / "b", at(0, 2, 4), "PT", series="2", **{**tracer, "Units": "CNTS"})
    write_series(tmp_path / "c", at(0, 2, 4), series="3")

    with_suv, without, reason, ct = metaprov("look", tmp_path).stdout.splitlines()[2:]

    assert re.search(r" SUV( \(\w+\))?  +Series of PT$", with_suv)
    assert "  no SUV  " in without
    assert reason.startswith("        no SUV: ")
    assert "Units" in reason
    assert "SUV" not in ct


def test_where_nobody_computes_suv_it_is_not_asked(write_series, at, tracer, metaprov, tmp_path):
    write_series(tmp_path, at(0, 2, 4), "PT", **tracer)

    completed = metaprov("look", tmp_path, METAPROV_DISABLE="metaprov-scaling")
    (line,) = metaprov(
        "look", tmp_path, "--json", METAPROV_DISABLE="metaprov-scaling"
    ).stdout.splitlines()

    assert completed.returncode == 0
    assert "  SUV not asked  " in completed.stdout
    assert "no SUV" not in completed.stdout
    assert (json.loads(line)["suv"], json.loads(line)["noSuv"]) == ("not asked", None)


def test_json_is_a_line_a_series(write_series, at, metaprov, tmp_path):
    write_series(tmp_path / "a", at(0, 2, 4, 8, 10))
    write_series(tmp_path / "b", at(0, 2), series="2", PixelSpacing=None)

    first, second = map(json.loads, metaprov("look", tmp_path, "--json").stdout.splitlines())

    assert (first["patientId"], first["studyDate"]) == ("7", "2026-06-01")
    assert (first["seriesNumber"], first["images"], first["noVolume"]) == (1, 5, None)
    assert first["volumes"] == [
        {
            "dimensions": [3, 2, 6],
            "spacing": [0.5, 0.75, 2.0],
            "regular": False,
            "group": None,
            "defects": ["1 slice missing"],
        }
    ]
    assert (second["volumes"], second["suv"]) == ([], None)
    assert "PixelSpacing" in second["noVolume"]


def test_images_of_which_nothing_is_known_are_lines_too(with_plugin):
    completed = with_plugin(
        "from metaprov_core import hookimpl\n"
        "@hookimpl\n"
        "def find_images(source):\n"
        "    return iter(['clinic:1', 'clinic:2']) if source == 'clinic:' else None\n",
        "clinic:",
    )

    assert completed.returncode == 0
    first, study, *series = completed.stdout.splitlines()
    assert (first, study) == ("patient without PatientID", "  study without StudyDate")
    assert [line for line in series if "no volume: " not in line] == [
        "    -  -  1 image  no volume  -",
    ] * 2


def test_a_plugin_that_raises_stops_nothing(with_plugin, write_series, at, tmp_path):
    write_series(tmp_path / "ct", at(0, 2, 4))

    completed = with_plugin(
        "from metaprov_core import hookimpl\n"
        "@hookimpl(types=['generalStudyModule'])\n"
        "def get_metadata(image_id):\n"
        "    raise ZeroDivisionError('division by zero')\n",
        tmp_path / "ct",
    )

    assert completed.returncode == 3
    assert "3x2x3" in completed.stdout
    assert completed.stderr.count("division by zero") == 1
    assert "Traceback" not in completed.stderr


def test_where_there_are_no_images_the_status_is_1(metaprov, tmp_path):
    completed = metaprov("look", tmp_path)

    assert (completed.returncode, completed.stdout) == (1, "")
    assert "there are no images" in completed.stderr


@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize("command", ["look", "volumes"])
def test_what_is_seen_first_fits_a_terminal(
    write_series, at, tracer, tmp_path, monkeypatch, command, columns
):
    pty = pytest.importorskip("pty")
    write_series(
        tmp_path / "a",
        [{**each, "PixelSpacing": [0.976563, 0.976563]} for each in at(0, 2.5, 7.5, 10)],
        SeriesDescription="Thorax routine 2.5 B30f, after contrast, arms up, second try",
    )
    write_series(
        tmp_path / "b", at(0, 2, 4), "PT", series="2", **{**tracer, "SeriesDescription": "AC WB"}
    )
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    for variable in [name for name in os.environ if name.startswith("METAPROV_")]:
        monkeypatch.delenv(variable)

    controller, terminal = pty.openpty()
    with subprocess.Popen(
        [Path(sys.executable).with_name("metaprov"), command, tmp_path], stdout=terminal
    ) as process:
        os.close(terminal)
        shown = b""
        try:
            while block := os.read(controller, 65536):
                shown += block
        except OSError:  # Linux's way to say that nobody writes any more
            pass
    os.close(controller)

    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).splitlines()
    assert process.returncode == 0
    assert any("AC WB" in line for line in lines)
    assert max(map(len, lines)) <= columns
