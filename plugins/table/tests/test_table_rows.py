"""The rows of files: what they answer, and what failed at which stage."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from msgspec import json
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from metaprov_core import MetadataType, hookimpl
from metaprov_modules import IMAGE_PLANE, ImagePlaneModule
from metaprov_table.columns import columns_of
from metaprov_table.files import File, found_files
from metaprov_table.rows import ERRORS_SCHEMA, answered, series_in
from metaprov_table.rows.together import MOST, TOGETHER, together, whole_together


@pytest.fixture
def rows_of(host):
    """The rows of a folder, and its errors, without what their series answer."""

    def rows_of(folder, *types, **options):
        columns = columns_of(host, types, **options)
        images, errors = answered(host, columns, list(found_files([folder], host=host)))
        assert images.schema.equals(columns.of_images, check_metadata=True)
        assert errors.schema.equals(ERRORS_SCHEMA)
        return images.to_pylist(), errors.to_pylist()

    return rows_of


def test_a_row_has_the_image_its_file_and_the_answers(host, rows_of, slice_at, tmp_path):
    path = slice_at(tmp_path / "1.dcm")
    (row,), errors = rows_of(tmp_path, "imagePlaneModule", "Manufacturer", "petSeriesModule")
    plane = host.get("imagePlaneModule", str(path))
    assert row["image"] == f"dicomfile:{path}"
    assert (row["path"], row["frame"]) == (str(path), 1)
    assert (row["size"], row["mtime_ns"]) == (path.stat().st_size, path.stat().st_mtime_ns)
    assert row["series"] == "1.2.3.1"
    assert tuple(row["imagePlaneModule__pixelSpacing"]) == plane.pixel_spacing == (0.5, 0.75)
    assert row["imagePlaneModule__sliceLocation"] is None
    assert row["Manufacturer"] == "Maker"
    assert row["petSeriesModule__units"] is None
    assert not errors


def test_what_breaks_off_before_it_names_an_object_cannot_be_read(rows_of, tmp_path):
    (tmp_path / "junk.dcm").write_bytes(bytes(128) + b"DICM" + b"\xb1\x1b\xc2\x82UN\0\0" * 40)
    images, (error,) = rows_of(tmp_path, "imagePlaneModule")
    assert not images
    assert (error["stage"], Path(error["path"]).name) == ("read", "junk.dcm")


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small.dcm", "US1_J2KR.dcm", "rtdose.dcm"])
def test_real_files_answer_in_a_row_what_they_answer_alone(host, rows_of, tmp_path, name):
    path = Path(shutil.copy(get_testdata_file(name), tmp_path))
    types = ["generalImageModule", "imagePlaneModule", "imagePixelModule", "patientModule"]
    rows, errors = rows_of(path, *types)
    assert not errors
    for row in rows:
        for type in types:
            answer = json.decode(json.encode(host.get(type, row["image"])))
            columns = {name.partition("__")[2]: name for name in row if name.startswith(type)}
            assert {each: row[columns[each]] for each in columns} == {
                each: answer[each] for each in columns
            }


def test_each_frame_is_a_row(rows_of, tmp_path):
    shutil.copy(get_testdata_file("eCT_Supplemental.dcm"), tmp_path)
    rows, errors = rows_of(tmp_path, "frameModule", "imagePlaneModule")
    assert [row["frame"] for row in rows] == [1, 2]
    assert [row["frameModule__frameNumber"] for row in rows] == [1, 2]
    assert [row["image"].partition("?")[2] for row in rows] == ["frame=1", "frame=2"]
    first, second = (row["imagePlaneModule__imagePositionPatient"] for row in rows)
    assert first != second
    assert not errors


def test_private_creators_are_told(rows_of, slice_at, tmp_path):
    slice_at(tmp_path / "none.dcm")
    shutil.copy(get_testdata_file("CT_small.dcm"), tmp_path)
    by_name, _ = rows_of(tmp_path, "privateCreators")
    told = {Path(row["path"]).name: row["privateCreators"] for row in by_name}
    assert told["none.dcm"] == []
    assert "GEMS_IDEN_01" in told["CT_small.dcm"]
    assert told["CT_small.dcm"] == sorted(set(told["CT_small.dcm"]))


@pytest.mark.parametrize("length", [0, 3, 600])
def test_a_file_that_is_no_dicom_is_told_and_no_row(rows_of, tmp_path, length):
    (tmp_path / "README.txt").write_bytes(b"n" * length)
    rows, (error,) = rows_of(tmp_path, "Manufacturer")
    assert not rows
    assert error["stage"] == "notDicom"
    assert (error["path"], error["size"]) == (str(tmp_path / "README.txt"), length)


def test_a_dicomdir_is_no_image(rows_of, tmp_path):
    shutil.copy(get_testdata_file("DICOMDIR"), tmp_path)
    rows, (error,) = rows_of(tmp_path)
    assert not rows
    assert error["stage"] == "notDicom"
    assert "DICOMDIR" in error["reason"]


def test_a_file_that_ends_in_its_header_cannot_be_read(rows_of, slice_at, tmp_path):
    content = slice_at(tmp_path / "1.dcm").read_bytes()
    (tmp_path / "2.dcm").write_bytes(content[:500])
    (row,), (error,) = rows_of(tmp_path, "Manufacturer", "imagePlaneModule", "patientModule")
    assert row["path"].endswith("1.dcm")
    assert error["stage"] == "read"
    assert error["path"].endswith("2.dcm")
    assert "the file ends inside its header" in error["reason"]


def test_a_file_that_ends_in_its_pixels_is_a_row(rows_of, slice_at, tmp_path):
    path = slice_at(tmp_path / "1.dcm")
    path.write_bytes(path.read_bytes()[:-20])
    (row,), errors = rows_of(tmp_path, "imagePixelModule")
    assert row["imagePixelModule__rows"] == 4
    assert not errors


def test_a_file_that_is_gone_cannot_be_opened(host, tmp_path):
    gone = File(str(tmp_path / "gone.dcm"), 10, 20)
    images, errors = answered(host, columns_of(host, ["Manufacturer"]), [gone])
    assert not images.num_rows
    (error,) = errors.to_pylist()
    assert error["stage"] == "open"
    assert error["reason"] == "no such file"
    assert (error["size"], error["mtime_ns"]) == (10, 20)


def test_a_file_whose_name_is_no_text_has_a_row(host, slice_at, tmp_path):
    for name, number, changes in (
        ("\udcff.dcm", 1, {}),
        ("caf\udce9?frame=2", 2, {}),
        ("\udcff.frames", 3, {"NumberOfFrames": 2, "PixelData": bytes(80)}),
    ):
        slice_at(tmp_path / "1.dcm", number, **changes).rename(tmp_path / name)
    images, errors = answered(
        host, columns_of(host, ["InstanceNumber"]), list(found_files([tmp_path]))
    )
    assert not errors.num_rows
    at = f"{tmp_path.as_uri()}/"
    rows = sorted(images.select(["path", "image", "InstanceNumber"]).to_pylist(), key=str)
    assert [[each["path"].removeprefix(at), each["image"].removeprefix(at)] for each in rows] == [
        ["%FF.dcm", "%FF.dcm"],
        ["%FF.frames", "%FF.frames?frame=1"],
        ["%FF.frames", "%FF.frames?frame=2"],
        ["caf%E9%3Fframe%3D2", "caf%E9%3Fframe%3D2?frame=1"],
    ]
    # By its id, a host has it.
    assert all(host.get("InstanceNumber", each["image"]) == each["InstanceNumber"] for each in rows)


def test_what_is_no_image_may_have_a_name_that_is_no_text(host, tmp_path):
    (tmp_path / "\udcff.txt").write_text("no image")
    _, errors = answered(host, columns_of(host, []), list(found_files([tmp_path])))
    assert errors.select(["path", "stage"]).to_pylist() == [
        {"path": f"{tmp_path.as_uri()}/%FF.txt", "stage": "notDicom"}
    ]


def test_a_reason_may_name_what_is_no_text(host, slice_at, tmp_path):
    class Naming:
        @hookimpl(types=["imagePixelModule"], tryfirst=True)
        def get_metadata(self, image_id):
            raise ValueError(image_id)

    host.register(Naming())
    slice_at(tmp_path / "1.dcm").rename(tmp_path / "\udcff.dcm")
    columns = columns_of(host, ["imagePixelModule"])
    _, errors = answered(host, columns, list(found_files([tmp_path])))
    assert errors["reason"].to_pylist() == [f"ValueError: dicomfile:{tmp_path}/\\udcff.dcm"]


@pytest.mark.parametrize(
    ("keyword", "vr", "data", "value", "reason"),
    [
        ("NumberOfFrames", "IS", b"1A", None, "'1A' is not a finite number"),
        ("SliceThickness", "DS", b"abc ", None, "'abc' is not a finite number"),
        ("SliceThickness", "DS", b"1\\2 ", None, "it is double, not (1.0, 2.0)"),
        ("InstanceNumber", "IS", b"1.5 ", None, "it is int64, not 1.5"),
        ("InstanceNumber", "LO", b"one ", None, "'one' is not a finite number"),
        ("PixelSpacing", "DS", b"1\\x ", [1.0, None], "'x' is not a finite number"),
        ("Rows", "US", b"\1\0\2\0", None, "it is int64, not (1, 2)"),
        ("Rows", "US", b"\1\0\2", None, "3 bytes are not a whole number of US"),
        ("DiffusionBValue", "FD", b"\0\0\0\0\0\0\xf8\x7f", None, "nan is not a finite number"),
        ("Modality", "CS", b"CT\\MR ", None, "it is string, not ('CT', 'MR')"),
        ("00191010", "OB", b"1234", None, "it is binary, 4 bytes, "),
    ],
)
def test_a_value_that_its_column_cannot_have_is_a_failure(
    host, slice_at, tmp_path, keyword, vr, data, value, reason
):
    path = slice_at(tmp_path / "1.dcm")
    tag = int(keyword, 16) if keyword.isdigit() else tag_for_keyword(keyword)
    dataset = dcmread(path)
    dataset._dict[Tag(tag)] = RawDataElement(Tag(tag), vr, len(data), data, 0, False, True)
    dataset.save_as(path)
    images, errors = answered(host, columns_of(host, [keyword]), list(found_files([path])))
    assert images[keyword].to_pylist() == [value]
    (error,) = errors.to_pylist()
    assert error["stage"] == "convert"
    assert error["reason"].startswith(keyword)
    assert reason in error["reason"]


@pytest.mark.parametrize("value", [None, ""])
def test_a_value_that_is_not_there_is_no_failure(host, slice_at, tmp_path, value):
    files = list(found_files([slice_at(tmp_path / "1.dcm", PatientID=value, SliceThickness=value)]))
    columns = columns_of(host, ["PatientID", "SliceThickness", "NumberOfFrames"])
    images, errors = answered(host, columns, files)
    assert not errors.num_rows
    assert images.select(["PatientID", "SliceThickness"]).to_pylist() == [
        {"PatientID": None, "SliceThickness": None}
    ]


class Broken:
    @hookimpl(types=["imagePixelModule"], tryfirst=True)
    def get_metadata(self, image_id):
        if image_id.endswith("2.dcm"):
            raise ZeroDivisionError("no pixels")


def test_a_type_whose_provider_raises_is_the_stage_and_the_row_has_the_rest(
    host, rows_of, slice_at, tmp_path
):
    for number in (1, 2, 3):
        slice_at(tmp_path / f"{number}.dcm", number)
    host.register(Broken())
    rows, (error,) = rows_of(tmp_path, "imagePixelModule", "Manufacturer")
    assert [row["imagePixelModule__rows"] for row in rows] == [4, None, 4]
    assert [row["Manufacturer"] for row in rows] == ["Maker"] * 3
    assert error["stage"] == "imagePixelModule"
    assert error["reason"] == "ZeroDivisionError: no pixels"
    assert error["image"] == rows[1]["image"]


class Given:
    """Planes of another class, and one that no column can have."""

    @hookimpl(types=[IMAGE_PLANE], tryfirst=True)
    def get_metadata(self, image_id):
        if image_id.endswith("1.dcm"):
            return {"rows": 7, "pixelSpacing": [1, 2]}
        return ImagePlaneModule(rows="many", columns=9)


def test_an_answer_that_its_column_cannot_have_is_told(host, rows_of, slice_at, tmp_path):
    slice_at(tmp_path / "1.dcm")
    slice_at(tmp_path / "2.dcm", 2)
    host.register(Given())
    (first, second), (error,) = rows_of(tmp_path, "imagePlaneModule")
    assert first["imagePlaneModule__rows"] == 7
    assert first["imagePlaneModule__pixelSpacing"] == [1, 2]
    assert (second["imagePlaneModule__rows"], second["imagePlaneModule__columns"]) == (None, 9)
    assert error["stage"] == "convert"
    assert error["reason"] == "imagePlaneModule: rows is int64, not 'many'"


WARD = MetadataType("ward", str)


class Clinic:
    """Images of another format: no header, one file a word."""

    @hookimpl
    def find_images(self, source):
        return ["clinic:1", "clinic:2"] if source == "clinic:all" else None

    @hookimpl(types=[WARD], schemes=["clinic"])
    def get_metadata(self, image_id):
        return f"ward of {image_id}"


def test_images_of_other_sources_are_rows(host):
    host.register(Clinic())
    columns = columns_of(host, [WARD, "imagePlaneModule"])
    images, errors = answered(host, columns, [File("clinic:all", None, None)])
    assert [(row["image"], row["ward"]) for row in images.to_pylist()] == [
        ("clinic:1", "ward of clinic:1"),
        ("clinic:2", "ward of clinic:2"),
    ]
    assert images["size"].null_count == 2
    assert not errors.num_rows


def test_what_is_no_file_is_fetched_side_by_side(host, slice_at, tmp_path):
    fetched = []

    class Remote:
        @hookimpl
        def prefetch(self, type, image_ids):
            fetched.append((type, list(image_ids)))

    host.register(Remote())
    (file,) = found_files([slice_at(tmp_path / "1.dcm")])
    files = [file, File("clinic:1", None, None), File("clinic:2", None, None)]
    answered(host, columns_of(host, []), files)
    assert fetched == [("instance", ["clinic:1", "clinic:2"])]


def test_the_series_is_known_from_an_answer_of_another_class(host, rows_of, slice_at, tmp_path):
    class Given:
        @hookimpl(types=["generalSeriesModule"], tryfirst=True)
        def get_metadata(self, image_id):
            return {"seriesInstanceUID": "9.9"}

    slice_at(tmp_path / "1.dcm")
    host.register(Given())
    (row,), _ = rows_of(tmp_path)
    assert row["series"] == "9.9"


def test_the_host_lets_go_what_it_has_read(host, slice_at, tmp_path):
    path = slice_at(tmp_path / "1.dcm")
    columns = columns_of(host, ["Manufacturer"])
    files = list(found_files([tmp_path]))
    answered(host, columns, files)
    slice_at(path, Manufacturer="Another")
    assert answered(host, columns, files).images["Manufacturer"].to_pylist() == ["Another"]


def test_files_of_one_series_are_together_and_those_of_none_are_alone(host, slice_at, tmp_path):
    slice_at(tmp_path / "a" / "1.dcm", 1)
    slice_at(tmp_path / "b" / "2.dcm", 2)
    slice_at(tmp_path / "c" / "3.dcm", 3, SeriesInstanceUID=None)
    slice_at(tmp_path / "c" / "4.dcm", 4, SeriesInstanceUID=None)
    images = answered(host, columns_of(host, []), list(found_files([tmp_path]))).images
    series = series_in(images)
    assert [[Path(file.path).name for file in each.files] for each in series] == [
        ["1.dcm", "2.dcm"],
        ["3.dcm"],
        ["4.dcm"],
    ]


def files_of(*folders):
    """As many files of each folder."""
    return [
        File(f"/{folder}/{number}", 1, 2)
        for folder, count in enumerate(folders)
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("folders", "asked"),
    [
        ([1, 2, 3], [6]),
        ([TOGETHER - 1, 2, 3], [TOGETHER - 1, 5]),
        # A folder with more is whole, but for one with more than the host keeps.
        ([1, MOST, 2], [1, MOST, 2]),
        ([MOST * 2 + 1, 1], [MOST, MOST, 2]),
    ],
)
def test_files_are_asked_about_some_at_a_time_and_folders_are_whole(folders, asked):
    files = files_of(*folders)
    some = list(together(files))
    assert [len(each) for each in some] == asked
    assert [file for each in some for file in each] == files


def test_a_series_is_never_divided():
    long, short = range(TOGETHER + 1), range(TOGETHER // 2)
    parts = whole_together([short, long, short, short, short], len, TOGETHER)
    assert list(parts) == [[short], [long], [short, short], [short]]
