"""Where the walk over a header understands it, it says what pydicom says: pydicom is the judge."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import data_store
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.data import get_testdata_file

from metaprov_core import MetadataReadError
from metaprov_dicom.dataset_elements import DatasetElements
from metaprov_dicom.header import walked_header
from metaprov_dicom.header_file import HeaderFile
from metaprov_dicom.instance import Instance
from metaprov_dicom.reader import read_dataset
from metaprov_dicom.walk import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

FOLDERS = (
    Path(pydicom.__file__).parent / "data" / "test_files",
    Path(pydicom.__file__).parent / "data" / "charset_files",
    Path(pydicom.__file__).parent / "data" / "palettes",
    Path(data_store.__file__).parent / "data",
)
FILES = sorted(path for folder in FOLDERS for path in folder.rglob("*") if path.is_file())

#: What the walk leaves to pydicom; it reads 231 of the 259 files.
READ_BY_PYDICOM = {
    "big endian": {
        "DICOMDIR-bigEnd", "ExplVR_BigEnd.dcm", "MR_small_bigendian.dcm", "MR_small_expb.dcm",
        "OBXXXX1A_expb.dcm", "OBXXXX1A_expb_2frame.dcm", "SC_rgb_expb.dcm",
        "SC_rgb_expb_16bit.dcm", "SC_rgb_expb_16bit_2frame.dcm", "SC_rgb_expb_2frame.dcm",
        "SC_rgb_expb_32bit.dcm", "SC_rgb_expb_32bit_2frame.dcm",
        "SC_rgb_small_odd_big_endian.dcm", "emri_small_big_endian.dcm",
        "gdcm-US-ALOKA-16_big.dcm", "liver_expb.dcm", "liver_expb_1frame.dcm", "rtdose_expb.dcm",
        "rtdose_expb_1frame.dcm",
    },
    "deflated": {"image_dfl.dcm"},
    "no preamble": {
        "ExplVR_BigEndNoMeta.dcm", "ExplVR_LitEndNoMeta.dcm", "OT-PAL-8-face.dcm", "rtstruct.dcm",
    },
    "file meta information without its length": {"no_meta_group_length.dcm"},
    "no transfer syntax": {"meta_missing_tsyntax.dcm"},
    "cut off": {"rtplan_truncated.dcm"},
    "implicit VR, and says explicit VR": {"SC_rgb_jpeg.dcm"},
}  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_value_is_that_of_pydicom(path: Path) -> None:
    instance = walked(path)
    if instance is not None:
        assert_equal(instance, by_pydicom(path))


def test_the_walk_reads_all_files_but_the_unusual_ones() -> None:
    left = {path.name for path in FILES if walked(path) is None and is_dicom(path)}
    assert left == set().union(*READ_BY_PYDICOM.values())
    assert sum(walked(path) is not None for path in FILES) == 231


HEADERS = {
    name: Path(get_testdata_file(name, download=False)).read_bytes()[:length]
    for name, length in (
        ("CT_small.dcm", 7000),
        ("MR_small_implicit.dcm", 2000),
        ("nested_priv_SQ.dcm", 2000),
        ("reportsi.dcm", 6000),
        ("rtdose.dcm", 3000),
        ("rtplan.dcm", 2700),
        ("UN_sequence.dcm", 2000),
        ("eCT_Supplemental.dcm", 6000),
    )
}
LENGTHS = [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xfe\xff\0\xe0", b"\xff\xff\xff\x7f", b"SQ\0\0"]
PLACES = st.integers(132, 6999)
DAMAGES = st.one_of(
    st.tuples(st.just("write"), PLACES, st.binary(min_size=1, max_size=4)),
    st.tuples(st.just("write"), PLACES, st.sampled_from(LENGTHS)),
    st.tuples(st.just("remove"), PLACES, st.binary(min_size=1, max_size=40)),
    st.tuples(st.just("insert"), PLACES, st.binary(min_size=1, max_size=40)),
)


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(sorted(HEADERS)),
    damages=st.lists(DAMAGES, min_size=1, max_size=3),
)
def test_what_the_walk_understands_of_a_damaged_header_is_what_pydicom_reads(
    name: str, damages: list[tuple[str, int, bytes]]
) -> None:
    header = HEADERS[name]
    for kind, place, data in damages:
        start = place % len(header)
        end = start + (0 if kind == "insert" else len(data))
        header = header[:start] + (b"" if kind == "remove" else data) + header[end:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "damaged.dcm")
        path.write_bytes(header)
        instance = walked(path)
        if instance is not None and is_dicom(path):
            assert_equal(instance, by_pydicom(path))


def walked(path: Path) -> Instance | None:
    if path.stat().st_size == 0:
        return None
    with HeaderFile(str(path)) as file:
        try:
            return Instance(walked_header(file))
        except NotUnderstood:
            return None


def by_pydicom(path: Path) -> Instance:
    dataset = read_dataset(str(path))
    transfer_syntax = str(dataset.file_meta.get("TransferSyntaxUID", "")).strip(" \0")
    return Instance(DatasetElements(dataset, transfer_syntax or None))


def is_dicom(path: Path) -> bool:
    try:
        read_dataset(str(path))
    except MetadataReadError:
        return False
    return True


def assert_equal(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    assert list(ours) == list(theirs)
    for key, value in ours.items():
        expected = theirs[key]
        if isinstance(value, tuple) and value and isinstance(value[0], Instance):
            assert len(value) == len(expected), key
            for item, their_item in zip(value, expected, strict=True):
                assert_equal(item, their_item)
        else:
            assert value == expected, key
            assert type(value) is type(expected), key
