"""Series of public reports, each with the volumes that it is, whatever brings its headers."""

from __future__ import annotations

import importlib.util
import json
import math
import random
import sys
from pathlib import Path

import pytest

from metaprov_core import Host
from metaprov_volume import volumes

pytest.importorskip("metaprov_dicom")
pydicom = pytest.importorskip("pydicom")
pytest.importorskip("numpy")

_spec = importlib.util.spec_from_file_location(
    "reported_series", Path(__file__).with_name("reported_series.py")
)
reported_series = importlib.util.module_from_spec(_spec)
sys.modules["reported_series"] = reported_series
_spec.loader.exec_module(reported_series)
SERIES = reported_series.SERIES

every_series = pytest.mark.parametrize("name", SERIES)
RANKED = {"TriggerTime", "AcquisitionTime", "InstanceNumber"}


def differs(volume, want):
    """What of a volume is not as it should be."""
    found = {
        "images": len(volume.image_ids),
        "regular": volume.regular,
        "orthogonal": volume.orthogonal,
        "missing": tuple(gap.missing for gap in volume.gaps),
        "duplicates": tuple(map(len, volume.duplicates)),
        "off": len(volume.off_lattice),
    }
    wrong = {name: value for name, value in found.items() if value != getattr(want, name)}
    step = volume.spacing[2]
    if (step is None) != (want.step is None) or (
        step and not math.isclose(step, want.step, rel_tol=1e-4)
    ):
        wrong["step"] = step
    if (step is None) != (volume.affine_lps is None):
        wrong["affine"] = volume.affine_lps
    if not {note.code for note in volume.notes}.issuperset(want.notes):
        wrong["notes"] = volume.notes
    if want.group is None:
        if volume.group is not None:
            wrong["group"] = volume.group
        return wrong
    attribute, value = want.group
    is_ranked = attribute in RANKED
    if volume.group is None or (
        volume.group.attribute,
        volume.group.index if is_ranked else volume.group.value,
    ) != (attribute, value):
        wrong["group"] = volume.group
    return wrong


def assert_as_expected(found, expected):
    left = list(found)
    for want in expected:
        fits = [volume for volume in left if not differs(volume, want)]
        assert fits, [differs(volume, want) for volume in left]
        left.remove(fits[0])
    assert not left


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("series")
    for name, series in SERIES.items():
        series.write(folder / name)
    return folder


@pytest.fixture
def host():
    with Host(discover=True) as host:
        yield host


@every_series
def test_files_are_the_volumes_they_should_be(name, folder, host):
    ids = list(host.find_images(str(folder / name)))
    found = [volume for each in ids for volume in host.get("seriesVolumes", each) or ()]
    assert_as_expected(set(found), SERIES[name].expected)


@every_series
def test_the_order_of_the_ids_makes_no_difference(name, folder, host):
    ids = list(host.find_images(str(folder / name)))
    in_order = list(volumes(ids, host))
    random.Random(name).shuffle(ids)
    assert sorted(volumes(ids, host), key=repr) == sorted(in_order, key=repr)
    assert_as_expected(in_order, SERIES[name].expected)


@every_series
def test_so_are_headers_as_dicom_json(name, folder, host):
    for path in sorted((folder / name).iterdir()):
        header = pydicom.dcmread(path, stop_before_pixels=True)
        host.add("instance", f"clinic:{path.name}", json.loads(header.to_json()))
    found = host.get("seriesVolumes", "clinic:000.dcm") or ()
    assert_as_expected(found, SERIES[name].expected)


@every_series
def test_each_slice_is_where_its_plane_is(name, folder, host):
    for volume in volumes(str(folder / name), host):
        if volume.affine_lps is None or name == "mosaic":
            continue
        for image_id, k in zip(volume.image_ids, volume.slice_indices, strict=True):
            if image_id in volume.off_lattice:
                continue
            plane = host.get("imagePlaneModule", image_id)
            for column, row in ((0, 0), (volume.dimensions[0] - 1, volume.dimensions[1] - 1)):
                at = mapped(volume.affine_lps, column, row, k)
                assert math.dist(at, by_plane(plane, column, row)) < 0.01
                x, y, z = mapped(volume.affine_ras, column, row, k)
                assert math.dist(at, (-x, -y, z)) < 1e-9


def mapped(affine, column, row, k):
    return [row_[0] * column + row_[1] * row + row_[2] * k + row_[3] for row_ in affine[:3]]


def by_plane(plane, column, row):
    """PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1."""
    between_rows, between_columns = plane.pixel_spacing
    return [
        start + along_row * between_columns * column + along_column * between_rows * row
        for start, along_row, along_column in zip(
            plane.image_position_patient, plane.row_cosines, plane.column_cosines, strict=True
        )
    ]


@every_series
def test_an_image_leads_to_its_volume(name, folder, host):
    found = list(volumes(str(folder / name), host))
    for volume in found:
        for image_id in volume.image_ids:
            assert host.get("volumeGeometryModule", image_id) == volume


def test_what_has_no_place_is_explained_with_its_images(folder, host):
    (first, *_) = host.find_images(str(folder / "no_position"))
    assert host.get("seriesVolumes", first) is None
    explanation = str(host.explain("seriesVolumes", first))
    assert "ImagePositionPatient (0020,0032)" in explanation
    assert "000.dcm" in explanation


def test_a_missing_slice_is_named_by_the_one_before_it(folder, host):
    (volume,) = volumes(str(folder / "missing_slice"), host)
    (gap,) = volume.gaps
    assert Path(gap.after).name == "002.dcm"
    assert (gap.distance, gap.missing) == (4.0, 1)
    assert volume.dimensions[2] == 6
    assert volume.slice_indices == (0, 1, 2, 4, 5)


def test_the_displaced_slice_is_named(folder, host):
    (volume,) = volumes(str(folder / "in_plane_shift"), host)
    assert [Path(image_id).name for image_id in volume.off_lattice] == ["003.dcm"]
    assert volume.max_deviation == pytest.approx(7)
    assert volume.orthogonal


def test_a_mosaic_begins_at_the_center_of_its_first_tile(folder, host):
    (volume,) = volumes(str(folder / "mosaic"), host)
    columns, rows, tiles = volume.dimensions
    assert (columns, rows, tiles) == (9, 6, 3)
    x, y, z = reported_series.CORNER
    between_rows, between_columns = reported_series.SPACING
    assert volume.origin == pytest.approx((x + 4.5 * between_columns, y + 3 * between_rows, z))
    assert volume.slice_indices == (0, 1, 2)


def test_a_file_with_fewer_frames_than_it_says_is_named(tmp_path, host):
    (path,) = SERIES["enhanced_ct"].write(tmp_path)
    header = pydicom.dcmread(path)
    header.NumberOfFrames = 7
    header.save_as(path)
    (volume,) = volumes(str(path), host)
    (note,) = [each for each in volume.notes if each.code == "framesMissing"]
    assert "000.dcm" in note.sentence
    assert len(volume.image_ids) == 5
