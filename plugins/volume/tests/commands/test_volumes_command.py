"""``metaprov volumes``: a line a volume, a line a defect, and what programs learn."""

import json

import msgspec
import pytest

from metaprov_modules import VolumeGeometryModule

#: How what other plugins say of an image of the clinic begins.
OF_OTHERS = "; no plugin has the header"


@pytest.fixture
def lines(metaprov, tmp_path):
    """What is printed of the folder, below the names of the columns."""

    def said(*arguments):
        completed = metaprov("volumes", tmp_path, *arguments)
        assert "Traceback" not in completed.stderr
        return completed.stdout.splitlines()[1:]

    return said


def test_volumes_are_lines_whoever_answers_with_them(of_clinic):
    completed = of_clinic("volumes", "clinic:")

    assert completed.returncode == 3
    assert completed.stderr == "metaprov: cannot read clinic:4/a: the page is torn\n"
    lines = [line.partition(OF_OTHERS)[0] for line in completed.stdout.splitlines()]
    assert lines == [
        "no.  modality  size       spacing (mm)   regular  series",
        "1    MR        512x512x4  0.977x0.977x2  no       Head [1/a]",
        "    slice missing after 1/b: 4 mm instead of 2",
        "    2 images at one position: 1/c, 1/d",
        "2    MR        512x512x2  0.977x0.977x2  yes      Head, EchoTime 10 (1 of 2) [2/a]",
        "    warning: It is doubtful. [doubtful]",
        "2    MR        512x512x2  0.977x0.977x2  yes      Head, EchoTime none (2 of 2) [2/c]",
        "    tilt 15.0 degrees",
        "3    MR        4 images                  -        Head [3/a]",
        "    no volume: nobody measured it: 3/a, 3/b",
        "4    MR        4 images                  -        Head [4/a]",
        "    no volume: cannot read 4/a: the page is torn",
    ]


@pytest.mark.parametrize(
    ("source", "severity", "status"),
    [
        ("clinic:good", "irregular", 0),
        ("clinic:good", "warning", 4),
        ("clinic:good", "info", 4),
        ("clinic:none", "irregular", 1),
        ("clinic:torn", "irregular", 3),
        ("clinic:torn", "warning", 4),
        ("clinic:", "irregular", 4),
    ],
)
def test_programs_learn_how_grave_it_is(of_clinic, source, severity, status):
    assert of_clinic("volumes", source, "--fail-on", severity).returncode == status


def test_json_says_of_each_series_all_that_is_known(of_clinic):
    *volumes, none, torn = map(
        json.loads, of_clinic("volumes", "clinic:", "--json").stdout.split("\n")[:-1]
    )

    assert [each["seriesNumber"] for each in volumes] == [1, 2, 2]
    assert volumes[0]["gaps"] == [{"after": "clinic:1/b", "distance": 4.0, "missing": 1}]
    assert none.pop("reason").startswith("nobody measured it: clinic:3/a, clinic:3/b; ")
    assert none == {
        "seriesInstanceUID": "1.3",
        "studyInstanceUID": None,
        "modality": "MR",
        "seriesDescription": "Head",
        "seriesNumber": 3,
        "imageIds": [f"clinic:3/{name}" for name in "abcd"],
    }
    assert torn["seriesNumber"] == 4


def test_a_volume_is_a_line(write_series, at, metaprov, tmp_path):
    write_series(tmp_path, at(0, 2, 4))

    completed = metaprov("volumes", tmp_path)

    assert (completed.returncode, completed.stderr) == (0, "")
    assert completed.stdout.splitlines() == [
        "no.  modality  size   spacing (mm)  regular  series",
        "1    CT        3x2x3  0.5x0.75x2    yes      Series of CT [001.dcm]",
    ]


def test_a_missing_slice_is_named(write_series, at, lines, tmp_path):
    write_series(tmp_path, at(0, 2, 4, 8, 10, 12))

    row, defect = lines()

    assert row.split()[4] == "no"
    assert defect == "    slice missing after 003.dcm: 4 mm instead of 2"


def test_slices_that_are_missing_in_a_row_are_counted(write_series, at, lines, tmp_path):
    write_series(tmp_path, at(0, 2, 4, 10, 12, 14))

    assert lines()[1] == "    2 slices missing after 003.dcm: 6 mm instead of 2"


def test_steps_of_another_length_are_named(write_series, at, lines, tmp_path):
    write_series(tmp_path, at(0, 2, 4, 6, 9, 12))

    assert "    uneven after 004.dcm: 3 mm instead of 2" in lines()


def test_images_at_one_position_are_named(write_series, at, lines, tmp_path):
    write_series(tmp_path, [*at(0, 2, 2, 4)], InstanceNumber=1)

    assert "    2 images at one position: 002.dcm, 003.dcm" in lines()


def test_an_image_beside_the_lattice_is_named(write_series, at, lines, tmp_path):
    slices = at(0, 2, 4, 6, 8, 10)
    slices[3] = {"ImagePositionPatient": [5, 0, 6]}
    write_series(tmp_path, slices)

    (defect,) = [line for line in lines() if "beside the lattice" in line]
    assert defect.endswith(": 004.dcm")


def test_a_tilt_is_told_and_is_regular(write_series, lines, tmp_path):
    # 15 degrees: each slice is moved along the columns.
    slices = [{"ImagePositionPatient": [0, z * 0.267949, z]} for z in (0, 2, 4, 6)]
    write_series(tmp_path, slices)

    row, *remarks = lines()

    assert row.split()[4] == "yes"
    assert "    tilt 15.0 degrees" in remarks


def test_volumes_at_one_place_are_told_apart(write_series, at, lines, tmp_path):
    for echo in (10, 80):
        write_series(tmp_path, at(0, 2, 4), "MR", EchoTime=echo)

    rows = [line for line in lines() if not line.startswith(" ")]

    assert [row.partition("Series of MR, ")[2] for row in rows] == [
        "EchoTime 10 (1 of 2) [001.dcm]",
        "EchoTime 80 (2 of 2) [004.dcm]",
    ]


def test_a_series_without_a_volume_has_the_reason(write_series, at, metaprov, tmp_path):
    write_series(tmp_path, at(0, 2, 4))
    write_series(tmp_path, at(0, 2), series="2", ImageOrientationPatient=None)

    completed = metaprov("volumes", tmp_path)

    assert completed.returncode == 0
    *_, row, reason = completed.stdout.splitlines()
    assert row == "2    CT        2 images                -        Series of CT [004.dcm]"
    assert reason.startswith("    no volume: ")
    assert "ImageOrientationPatient" in reason
    assert str(tmp_path) not in reason


def test_the_status_is_1_where_there_is_no_volume(write_series, at, metaprov, tmp_path):
    write_series(tmp_path, at(0, 2), PixelSpacing=None)

    completed = metaprov("volumes", tmp_path)

    assert completed.returncode == 1
    assert "no volume: " in completed.stdout
    assert completed.stderr == f"metaprov: no volume in '{tmp_path}'\n"


def test_json_is_a_line_a_volume(write_series, at, metaprov, tmp_path):
    write_series(tmp_path, at(0, 2, 4, 8, 10))
    write_series(tmp_path, at(0, 2), series="2", PixelSpacing=None)

    completed = metaprov("volumes", tmp_path, "--json")

    volume, none = completed.stdout.splitlines()
    decoded = msgspec.json.decode(volume, type=VolumeGeometryModule)
    assert decoded.dimensions == (3, 2, 6)
    assert (decoded.regular, decoded.series_number) == (False, 1)
    assert [gap.missing for gap in decoded.gaps] == [1]
    about = json.loads(none)
    assert about["seriesInstanceUID"] == "1.2.3.2"
    assert len(about["imageIds"]) == 2
    assert "PixelSpacing" in about["reason"]


@pytest.mark.parametrize(
    ("slices", "severity", "status"),
    [
        ((0, 2, 4), "irregular", 0),
        ((0, 2, 4), "info", 0),
        ((0, 2, 4, 8, 10), "irregular", 4),
        ((0, 2, 4, 8, 10), "warning", 4),
    ],
)
def test_programs_learn_of_volumes_that_are_not_regular(
    write_series, at, metaprov, tmp_path, slices, severity, status
):
    write_series(tmp_path, at(*slices))

    completed = metaprov("volumes", tmp_path, "--fail-on", severity, "--json")

    assert completed.returncode == status
    assert completed.stdout


@pytest.mark.parametrize(("modality", "status"), [("CT", 4), ("OT", 0)])
def test_slices_without_a_place_are_as_grave_and_pictures_are_not(
    write_series, at, metaprov, tmp_path, modality, status
):
    write_series(tmp_path, at(0, 2, 4))
    write_series(tmp_path, [{}], modality, series="2", ImageOrientationPatient=None)

    assert metaprov("volumes", tmp_path, "--fail-on", "irregular").returncode == status


def test_a_file_is_written_whole_or_not_at_all(write_series, at, metaprov, tmp_path):
    written, empty = tmp_path / "volumes.txt", tmp_path / "empty"
    empty.mkdir()
    write_series(tmp_path / "ct", at(0, 2, 4))

    assert metaprov("volumes", empty, "-o", written).returncode == 1
    assert not written.exists()
    assert metaprov("volumes", tmp_path / "ct", "-o", written).returncode == 0
    assert "Series of CT" in written.read_text()


def test_what_cannot_be_read_stops_nothing(write_series, at, metaprov, tmp_path):
    write_series(tmp_path, at(0, 2, 4))
    torn = tmp_path / "002.dcm"
    torn.write_bytes(torn.read_bytes()[:300])

    completed = metaprov("volumes", tmp_path, tmp_path / "not-there")

    assert completed.returncode in {2, 3}
    assert "Series of CT" in completed.stdout
    assert "not-there" in completed.stderr
    assert "Traceback" not in completed.stderr


def test_of_several_folders_names_begin_with_the_folder(write_series, at, metaprov, tmp_path):
    for name, places in (("a", (0, 2, 4)), ("b", (0, 2, 6, 8))):
        write_series(tmp_path / name, at(*places), series="1" if name == "a" else "2")

    completed = metaprov("volumes", tmp_path / "a", tmp_path / "b")

    assert f"slice missing after {tmp_path / 'b' / '002.dcm'}: 4 mm" in completed.stdout
