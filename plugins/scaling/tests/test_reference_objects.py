"""PET series with pixels, made from the rules and read as files: their SUV are what they should be.

The command is run on them as its users run it.
"""

from __future__ import annotations

import csv
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
    completed = metaprov("suv", folder, "--no-table")

    assert completed.returncode == 0, completed.stderr
    series = blocks(completed.stdout)
    image = folder / "back-computed-ge" / "back-computed-ge-1.dcm"
    expected = {
        "image": f"dicomfile:{image}",
        "images": "4",
        "manufacturer": "GE MEDICAL SYSTEMS",
        "units": "BQML",
        "decay correction": "START",
        "weight": "70 kg",
        "height": "1.75 m",
        "sex": "M",
        "half-life": "6586.2 s",
        "dose": "368.08 MBq",
        "administered": "2025-01-01 10:00:00",
        "reference time": "2025-01-01 10:50:00",
        "by rule": "5d FrameReferenceTime",
        "uptake": "50.0 min",
        "dose left": "268.43 MBq",
    }
    assert {name: series["back-computed-ge"].get(name) for name in expected} == expected
    assert series["none"]["uptake"] == "62.5 to 77.5 min"
    factor = reference_objects.bq_to_suv(3000)
    assert float(series["back-computed-ge"]["suvbw"].removesuffix(" g/ml")) == pytest.approx(
        factor, rel=1e-5
    )
    assert " to " in series["none"]["suvbw"]
    assert "reference time" not in series["gml"]


def test_each_note_is_a_line_with_its_severity_and_code(metaprov, folder):
    series = blocks(metaprov("suv", folder, "--no-table").stdout)

    repaired = {name for name, fields in series.items() if "repaired" in fields}
    assert repaired == {"dose-in-mbq", "weight-in-g", "ge-private", "shifted-date"}
    assert series["dose-in-mbq"]["repaired"].startswith("RadionuclideTotalDose (0018,1074) is ")
    assert series["dose-in-mbq"]["repaired"].endswith("[doseInMegabecquerel]")
    assert series["only-time"]["assumed"].startswith("RadiopharmaceuticalStartDateTime")


def test_no_line_ends_with_blanks_and_a_pipe_has_each_value_on_one(metaprov, folder):
    for layout in ("--table", "--no-table"):
        lines = metaprov("suv", folder, layout).stdout.splitlines()

        assert [line for line in lines if line != line.rstrip()] == []
        assumed = [line for line in lines if line.endswith("[startDateAssumed]")]
        assert [line[:11] for line in assumed] == ["  assumed  "] * 2


@pytest.mark.parametrize(
    ("columns", "layout"), [(60, "--no-table"), (80, "--no-table"), (140, "--table")]
)
def test_a_terminal_of_any_width_has_every_word_whole(columns, layout, metaprov, folder):
    lines = printed_to_a_terminal(metaprov, columns, folder)

    # The id of an image is one word, however long its path is.
    assert all(len(line) <= columns or line.strip().startswith("dicomfile:") for line in lines)
    assert " ".join(lines).split() == metaprov("suv", folder, layout).stdout.split()


def printed_to_a_terminal(metaprov, columns, folder):
    """The lines of all series, in the layout that the terminal has room for."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    size = {"COLUMNS": str(columns), "LINES": "25"}
    with metaprov.started("suv", folder, stdout=theirs, **size) as process:
        os.close(theirs)
        printed = b"".join(iter(lambda: read(ours), b"")).decode()
        assert process.wait(timeout=120) == 0
    os.close(ours)

    return re.sub(r"\x1b\[[0-9;]*m", "", printed).replace("\r\n", "\n").splitlines()


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

    assert completed.returncode == 1
    reason = "PatientWeight (0010,1030) is missing or not a number"
    assert blocks(completed.stdout)["plain"]["no factors"] == reason
    (one,) = json.loads(metaprov("suv", tmp_path, "--json").stdout)
    assert (one["factors"], one["reason"]) == ({}, reason)
    assert metaprov("suv", tmp_path, "--fail-on", "refused").returncode == 4
    # What the header has is shown all the same: the reason may lie there.
    assert one["inputs"]["administered"] == "2025-01-01 10:00:00"
    # A weight from the chart is what was missing.
    known = metaprov("suv", tmp_path, "--weight", 70)
    assert known.returncode == 0
    assert blocks(known.stdout)["plain"]["suvbw"] == "0.000277778 g/ml"


def test_one_series_with_factors_is_enough_for_status_0(metaprov, folder, tmp_path):
    for path in reference_objects.write(reference_objects.OBJECTS[0], tmp_path):
        dataset = pydicom.dcmread(path)
        del dataset.PatientWeight
        dataset.SeriesInstanceUID = "1.2.3"
        dataset.save_as(path)

    both = metaprov("suv", tmp_path, folder / "gallium")

    assert both.returncode == 0
    assert metaprov("suv", tmp_path, folder / "gallium", "--fail-on", "refused").returncode == 4
    # A refusal is graver than a warning.
    assert metaprov("suv", tmp_path, folder / "gallium", "--fail-on", "warning").returncode == 4
    assert metaprov("suv", folder / "gallium", "--fail-on", "refused").returncode == 0


def test_several_series_are_a_table_with_their_notes_below(metaprov, folder):
    sources = [folder / name for name in ("only-time", "plain", "dose-in-mbq")]

    table, _, notes = metaprov("suv", *sources).stdout.partition("\n\n")

    header, *rows = [re.split(r"\s{2,}", line.strip()) for line in table.splitlines()]
    assert header[-5:] == ["MBq", "min", "suvbw", "note", "series"]
    # What a row is found by stands behind its description.
    assert all(re.search(r" \[(\.\.\.)?[0-9.]{1,16}\]$", row[-1]) for row in rows)
    assert [[*row[-5:-1], row[-1].partition(" [")[0]] for row in rows] == [
        ["368.08", "60.0", "0.000277778", "assumed", "only-time"],
        ["368.08", "60.0", "0.000277778", "-", "plain"],
        ["368.08", "60.0", "0.000277778", "repaired", "dose-in-mbq"],
    ]
    assert [line.split()[:2] for line in notes.splitlines()[1:]] == [
        ["assumed", "1:"],
        ["repaired", "3:"],
    ]
    one = metaprov("suv", sources[1], "--table").stdout
    assert one.splitlines()[0].split() == table.splitlines()[0].split()


def test_what_several_rows_share_is_said_once_with_their_numbers(metaprov, folder):
    objects = [each.name for each in reference_objects.OBJECTS if "gml" in each.name]
    sources = [folder / name / f"{name}-1.dcm" for name in (*objects, "only-time", "midnight")]

    printed = metaprov("suv", *sources).stdout

    # The series of a single file is that of its folder.
    (shared,) = [line for line in printed.splitlines() if line.endswith("[seriesOfFolder]")]
    assert shared.startswith(f"  info     1-{len(sources)}: the series was taken")


def test_a_sheet_has_a_row_a_series_with_all_that_is_known(metaprov, folder, tmp_path):
    completed = metaprov("suv", folder, "--csv", "-o", tmp_path / "suv.csv")

    assert completed.returncode == 0
    with (tmp_path / "suv.csv").open(newline="") as file:
        rows = {row["seriesDescription"]: row for row in csv.DictReader(file)}
    series = json.loads(metaprov("suv", folder, "--json").stdout)
    assert len(rows) == len(series)
    for each in series:
        row = rows[each["seriesDescription"]]
        for kind, (least, greatest) in each["factors"].items():
            assert (float(row[kind]), float(row[f"{kind}Greatest"])) == (least, greatest)
        assert row["notes"].count("\n") == max(len(each["notes"]) - 1, 0)
    assert rows["none"]["uptakeMinutesGreatest"] > rows["none"]["uptakeMinutes"]
    assert (rows["gml"]["uptakeMinutes"], rows["gml"]["reason"]) == ("", "")


def test_json_has_the_factors_of_each_image(metaprov, folder):
    (one,) = json.loads(metaprov("suv", folder / "none", "--json").stdout)

    images = one["imageFactors"]
    assert [each["imageId"] for each in images] == [
        f"dicomfile:{folder}/none/none-{number}.dcm" for number in range(1, 5)
    ]
    factors = [each["factors"]["suvbw"] for each in images]
    assert factors == sorted(factors)
    assert [factors[0], factors[-1]] == one["factors"]["suvbw"]


def test_values_from_the_chart_count_more_than_the_header(metaprov, folder):
    values = ["--weight", 80, "--height", 1.9, "--dose", 3e8, "--injected", "2025-01-01 10:30"]

    fields = blocks(metaprov("suv", folder / "plain", *values).stdout)["plain"]

    left = 3e8 * 2 ** (-1800 / reference_objects.HALF_LIFE)
    assert float(fields["suvbw"].removesuffix(" g/ml")) == pytest.approx(80_000 / left, rel=1e-5)
    assert (fields["weight"], fields["height"], fields["dose"]) == ("80 kg", "1.9 m", "300 MBq")
    assert (fields["administered"], fields["uptake"]) == ("2025-01-01 10:30:00", "30.0 min")
    assert fields["info"].endswith("[given]")


@pytest.mark.parametrize(
    "options",
    [
        ["--weight", "heavy"],
        ["--weight", "-70"],
        ["--height", "nan"],
        ["--dose", "0"],
        ["--injected", "25:00"],
        ["--injected", "2025-02-30 10:00"],
        ["--injected", "noon"],
        ["--json", "--csv"],
        ["--table", "--csv"],
        ["--fail-on", "everything"],
    ],
)
def test_a_bad_value_is_wrong_usage(options, metaprov, folder):
    completed = metaprov("suv", folder / "plain", *options)

    assert (completed.returncode, completed.stdout) == (2, "")
    assert options[0] in completed.stderr
    assert "Traceback" not in completed.stderr


def test_values_from_the_chart_are_those_of_one_study(metaprov, folder, tmp_path):
    for path in reference_objects.write(reference_objects.OBJECTS[0], tmp_path):
        dataset = pydicom.dcmread(path)
        dataset.PatientID, dataset.SeriesInstanceUID = "another", "1.2.3"
        dataset.save_as(path)

    completed = metaprov("suv", folder / "plain", tmp_path, "--weight", 80)

    assert (completed.returncode, completed.stdout) == (2, "")
    assert "one patient and study" in completed.stderr
    assert metaprov("suv", folder / "plain", folder / "gallium", "--weight", 80).returncode == 0


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


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [("--weight", "71,5", "71.5"), ("--dose", "350MBq", "3.5e8"), ("--height", "1m75", "1.75")],
)
def test_of_what_is_no_number_the_expected_unit_is_said(metaprov, folder, option, value, expected):
    completed = metaprov("suv", folder / "plain", option, value)

    assert completed.returncode == 2
    message = " ".join(re.sub("[^ -~]", " ", completed.stderr).split())
    assert f"'{value}' is not a number of" in message
    assert f"such as {expected}" in message


def test_where_nothing_is_found_a_file_has_the_empty_result(metaprov, tmp_path):
    (tmp_path / "empty").mkdir()

    completed = metaprov("suv", tmp_path / "empty", "--json", "-o", tmp_path / "suv.json")

    assert completed.returncode != 0
    assert json.loads((tmp_path / "suv.json").read_text()) == []


def test_a_torn_image_beside_a_source_is_named(metaprov, folder, tmp_path):
    for path in sorted((folder / "none").iterdir()):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    torn = tmp_path / "none-4.dcm"
    torn.write_bytes(torn.read_bytes()[:600])

    completed = metaprov("suv", tmp_path / "none-1.dcm")

    assert "none-4.dcm" in completed.stderr
