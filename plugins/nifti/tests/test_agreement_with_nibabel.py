"""Planes, volumes and rescale are those of nibabel: of its own test data, and of any header."""

from __future__ import annotations

import gzip
from contextlib import closing
from pathlib import Path

import nibabel
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nibabel.testing import data_path

from metaprov_core import Host
from metaprov_nifti.provider import NiftiFiles

MILLIMETRES = {"unknown": 1.0, "mm": 1.0, "meter": 1000.0, "micron": 0.001}
TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
OWN_DATA = sorted(
    path for path in Path(data_path).iterdir()
    if path.name.endswith((".nii", ".nii.gz")) and ".dconn." not in path.name
)  # fmt: skip


def affine_of(image):
    """Index to LPS in mm, by the form that nibabel chooses."""
    affine = TO_LPS @ image.affine
    affine[:3] *= MILLIMETRES[image.header.get_xyzt_units()[0]]
    return affine


def check(host, path, image):
    affine = affine_of(image)
    columns, rows, slices = (*image.shape, 1, 1)[:3]
    volumes = int(np.prod(image.shape[3:], dtype=int))
    ids = list(host.find_images(str(path)))
    assert len(ids) == slices * volumes
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    tolerance = max(1e-3, 1e-5 * float(np.abs(affine).max()))
    has_form = image.header["sform_code"] > 0 or image.header["qform_code"] > 0
    for frame in sorted({0, slices // 2, slices - 1, len(ids) - 1}):
        plane = host.get("imagePlaneModule", ids[frame])
        assert (plane.columns, plane.rows) == (columns, rows)
        assert plane.pixel_spacing == pytest.approx((spacing[1], spacing[0]), rel=1e-4)
        assert plane.slice_thickness is None
        if not has_form:
            assert plane.image_position_patient is None
            assert plane.image_orientation_patient is None
            continue
        position = affine[:3] @ [0, 0, frame % slices, 1]
        assert np.allclose(plane.image_position_patient, position, atol=tolerance)
        assert np.allclose(plane.row_cosines, affine[:3, 0] / spacing[0], atol=1e-4)
        assert np.allclose(plane.column_cosines, affine[:3, 1] / spacing[1], atol=1e-4)
        assert plane.image_orientation_patient == (*plane.row_cosines, *plane.column_cosines)
        assert plane.spacing_between_slices == pytest.approx(spacing[2], rel=1e-4)
    found = host.get("seriesVolumes", ids[0])
    if not has_form:
        assert found is None
        return
    assert len(found) == volumes
    for volume in found:
        check_volume(host, volume, affine, tolerance)
    lut = host.get("modalityLutModule", ids[0])
    slope, intercept = image.dataobj.slope, image.dataobj.inter
    ours = (1.0, 0.0) if lut is None else (lut.rescale_slope, lut.rescale_intercept)
    assert ours == pytest.approx((slope, intercept))


def check_volume(host, volume, affine, tolerance):
    """Every voxel is where nibabel has it, whichever slice comes first."""
    ours = np.array(volume.affine_lps)
    columns, rows, slices = volume.dimensions
    assert np.allclose(np.array(volume.affine_ras), TO_LPS @ ours)
    assert list(volume.distances) == sorted(volume.distances)
    for place in {0, slices - 1}:
        image_id = volume.image_ids[place]
        plane = host.get("imagePlaneModule", image_id)
        assert np.allclose(
            ours[:3] @ [0, 0, place, 1], plane.image_position_patient, atol=tolerance
        )
        frame = int(image_id.rpartition("=")[2]) if "?" in image_id else 1
        corner = affine[:3] @ [columns - 1, rows - 1, (frame - 1) % slices, 1]
        assert np.allclose(ours[:3] @ [columns - 1, rows - 1, place, 1], corner, atol=tolerance)


@pytest.mark.parametrize("path", OWN_DATA, ids=lambda path: path.name)
def test_the_planes_of_its_own_data_are_those_of_nibabel(host, path):
    check(host, path, nibabel.load(path))


def test_there_is_own_data():
    assert len(OWN_DATA) >= 7


# Of float32, which a header stores, and none so small that cosines of it are noise.
lengths = st.floats(0.25, 8.0, width=32)
angles = st.floats(-3.1, 3.1)
offsets = st.floats(-400, 400, width=32)


@st.composite
def affines(draw):
    """Any rotation, spacing, offset and handedness."""
    rotation = np.eye(3)
    for axis in range(3):
        angle, turn = draw(angles), np.eye(3)
        one, other = {0, 1, 2} - {axis}
        turn[one, one] = turn[other, other] = np.cos(angle)
        turn[one, other], turn[other, one] = -np.sin(angle), np.sin(angle)
        rotation = rotation @ turn
    affine = np.eye(4)
    signs = [1, 1, draw(st.sampled_from([1, -1]))]
    affine[:3, :3] = rotation @ np.diag([draw(lengths) * sign for sign in signs])
    affine[:3, 3] = [draw(offsets) for _ in range(3)]
    return affine


@st.composite
def images(draw):
    """Any header that is whole, with both forms, in both versions and byte orders."""
    kind = draw(st.sampled_from([nibabel.Nifti1Image, nibabel.Nifti2Image]))
    shape = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    header = kind.header_class(endianness=draw(st.sampled_from("<>")))
    header.set_data_dtype(draw(st.sampled_from(["u1", "i2", "f4"])))
    array = np.zeros(shape, header.get_data_dtype())
    image = kind(array, None, header)
    image.header.set_sform(draw(affines()), code=draw(st.integers(0, 4)))
    image.header.set_qform(draw(affines()), code=draw(st.integers(0, 4)))
    image.header.set_xyzt_units(draw(st.sampled_from(sorted(MILLIMETRES))), "sec")
    # After `set_slope_inter`, which is for what is written: these are read.
    image.header["scl_slope"] = draw(st.sampled_from([0.0, 1.0, 0.5, np.nan, np.inf, -2.0]))
    image.header["scl_inter"] = draw(st.sampled_from([0.0, -1024.0, 3.5]))
    return image


def bytes_of(image):
    """The file, whose scaling nibabel would otherwise choose itself."""
    header = image.header.copy()
    header["vox_offset"] = header.single_vox_offset
    header["magic"] = header.single_magic
    voxels = image.header.get_data_dtype().itemsize * int(np.prod(image.shape))
    start = header.binaryblock
    return start + bytes(header.single_vox_offset - len(start) + voxels)


@given(image=images(), compressed=st.booleans())
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_header_is_read_as_nibabel_reads_it(tmp_path, image, compressed):
    data = bytes_of(image)
    path = tmp_path / ("image.nii.gz" if compressed else "image.nii")
    path.write_bytes(gzip.compress(data, 1) if compressed else data)
    read = type(image).from_bytes(data)
    with closing(Host()) as host:
        host.register(NiftiFiles(), "nifti")
        check(host, path, read)
