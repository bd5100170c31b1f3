"""Mosaics of Siemens; nibabel is the judge of the real ones."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import pytest

from metaprov_core import Host
from metaprov_volume import volumes
from metaprov_volume.geometry.mosaic import mosaic_of, tiles_in_a_row

pydicom = pytest.importorskip("pydicom")
pytest.importorskip("metaprov_dicom")


def real_mosaics():
    nibabel = pytest.importorskip("nibabel")
    folder = Path(nibabel.__file__).parent / "nicom" / "tests" / "data"
    names = ("siemens_dwi_0.dcm.gz", "siemens_dwi_1000.dcm.gz", "csa_slice_norm.dcm", "0.dcm")
    return [path for name in names if (path := folder / name).exists()]


@pytest.mark.filterwarnings("ignore")
def test_real_mosaics_are_where_nibabel_has_them(tmp_path):
    mosaics = real_mosaics()
    if not mosaics:
        pytest.skip("nibabel came without its test data")
    from nibabel.nicom.dicomwrappers import wrapper_from_file

    for path in mosaics:
        file = tmp_path / path.name.removesuffix(".gz")
        data = path.read_bytes()
        file.write_bytes(gzip.decompress(data) if path.suffix == ".gz" else data)
        with Host(discover=True) as host:
            (volume,) = volumes(str(file), host)
        wrapper = wrapper_from_file(str(file))
        rows, columns, slices = wrapper.image_shape
        assert volume.dimensions == (columns, rows, slices)
        # Of index (row, column, slice).
        theirs = [[row[1], row[0], row[2], row[3]] for row in wrapper.affine[:3]]
        for ours, row in zip(volume.affine_lps, theirs, strict=False):
            assert ours == pytest.approx(row, abs=1e-3)
        assert volume.slice_indices == tuple(range(slices))
        assert volume.regular
        assert volume.orthogonal


def csa(**elements):
    """A CSA header of the second kind, with texts."""
    data = b"SV10\4\3\2\1" + struct.pack("<2I", len(elements), 77)
    for name, values in elements.items():
        data += struct.pack("<64si4s3i", name.encode(), len(values), b"DS", 1, len(values), 77)
        for value in values:
            text = str(value).encode() + b"\0"
            data += struct.pack("<4i", 0, len(text), 0, 0) + text + b"\0" * (-len(text) % 4)
    return data


def mosaic(**attributes):
    return mosaic_of({"00290010": "SIEMENS CSA HEADER", **attributes})


def test_the_csa_header_is_enough():
    found = mosaic(
        **{"00291010": csa(NumberOfImagesInMosaic=[12], SliceNormalVector=[0, 0, -1])},
        SpacingBetweenSlices=4.5,
    )
    assert found == (12, (0.0, 0.0, -1.0), 4.5)
    assert found.direction((0.0, 0.0, 1.0)) == (0.0, 0.0, -1.0)


def test_a_vector_of_another_orientation_says_nothing_of_the_order():
    found = mosaic(
        **{"00291010": csa(NumberOfImagesInMosaic=[12], SliceNormalVector=[0, 0.9, -0.43])}
    )
    assert found.direction((0.0, 0.0, 1.0)) == (0.0, 0.0, 1.0)


def test_a_damaged_csa_header_says_nothing():
    whole = csa(Other=["a"], NumberOfImagesInMosaic=[12])
    for end in range(len(whole)):
        assert mosaic(**{"00291010": whole[:end]}) in (None, (12, None, None))
    assert mosaic(**{"00291010": whole.replace(b"12", b"xy")}) is None
    assert mosaic(**{"00291010": "no bytes"}) is None
    for number in ("nan", "inf", "-1"):
        assert mosaic(**{"00291010": csa(NumberOfImagesInMosaic=[number])}) is None
    assert mosaic_of({"00291010": whole, "00290010": "ANOTHER"}) is None


@pytest.mark.parametrize(("tiles", "in_a_row"), [(1, 1), (2, 2), (4, 2), (5, 3), (9, 3), (48, 7)])
def test_a_mosaic_is_as_high_as_it_is_wide(tiles, in_a_row):
    assert tiles_in_a_row(tiles) == in_a_row
