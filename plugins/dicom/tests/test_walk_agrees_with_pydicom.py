"""Where the walk over a header understands it, it says what pydicom says: pydicom is the judge."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import data_store
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.data import get_testdata_file
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from metaprov_core import MetadataReadError
from metaprov_dicom.dataset.elements import DatasetElements
from metaprov_dicom.encoding import walk
from metaprov_dicom.encoding.heads import NotUnderstood
from metaprov_dicom.file.header import walked_header
from metaprov_dicom.file.reader import read_dataset
from metaprov_dicom.file.sources import FileSource as HeaderFile
from metaprov_dicom.frames.groups import instance_of_frame, number_of_frames
from metaprov_dicom.instance.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

FOLDERS = (
    Path(pydicom.__file__).parent / "data" / "test_files",
    Path(pydicom.__file__).parent / "data" / "charset_files",
    Path(pydicom.__file__).parent / "data" / "palettes",
    Path(data_store.__file__).parent / "data",
)
FILES = sorted(path for folder in FOLDERS for path in folder.rglob("*") if path.is_file())

#: What the walk leaves to pydicom; it reads 252 of the 259 files.
READ_BY_PYDICOM = {
    "no preamble": {
        "ExplVR_BigEndNoMeta.dcm", "ExplVR_LitEndNoMeta.dcm", "OT-PAL-8-face.dcm", "rtstruct.dcm",
    },
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
    assert sum(walked(path) is not None for path in FILES) == 252


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
        ("ExplVR_BigEnd.dcm", 4000),
        ("liver_expb.dcm", 7000),
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
        with passing_over() as passed_over:
            instance = walked(path)
            if instance is not None and is_dicom(path):
                theirs = by_pydicom(path)
                try:
                    assert_equal(instance, theirs)
                except AssertionError:
                    # What pydicom takes for implicit VR, for the end of the data set, or for an
                    # item, the walk passes over.
                    assert passed_over


def noting(function: Any, calls: list[str]) -> Any:
    def run(*args: Any) -> Any:
        calls.append(function.__name__)
        return function(*args)

    return run


@contextmanager
def passing_over() -> Iterator[list[str]]:
    """Collect where the walk passes over what is no VR, no item, or no end."""
    passed_over: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("value_without_vr", "_after_stray"):
            patch.setattr(walk, name, noting(getattr(walk, name), passed_over))

        original = walk._item

        def item(*args: Any) -> Any:
            found = original(*args)
            if found[0] == walk._PASSED_OVER:
                passed_over.append("_item")
            return found

        patch.setattr(walk, "_item", item)
        yield passed_over


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
            assert isinstance(expected, tuple), key
            assert len(value) == len(expected), key
            for item, their_item in zip(value, expected, strict=True):
                assert_equal(item, their_item)
        else:
            assert value == expected, key
            assert type(value) is type(expected), key


@pytest.mark.parametrize("lengths", ["defined", "undefined"])
def test_every_frame_is_what_pydicom_has_for_it(tmp_path: Path, lengths: str) -> None:
    path = tmp_path / "enhanced.dcm"
    write_enhanced(path, frames=60, undefined=lengths == "undefined")
    ours, theirs = walked(path), by_pydicom(path)
    assert ours is not None
    # Not in their order: what one frame says is not there for the next one.
    for number in (*range(60, 0, -1), 7, 60, 7):
        assert_equal(instance_of_frame(ours, number), instance_of_frame(theirs, number))


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if "eCT" in path.name or "emri" in path.name or "liver" in path.name],
    ids=lambda path: path.name,
)
def test_frames_of_real_files_are_what_pydicom_has_for_them(path: Path) -> None:
    ours, theirs = walked(path), by_pydicom(path)
    for number in range(1, number_of_frames(theirs) + 1):
        if ours is not None:
            assert_equal(instance_of_frame(ours, number), instance_of_frame(theirs, number))


def write_enhanced(path: Path, frames: int, undefined: bool) -> None:
    """An image whose frames say several attributes, not all of them the same, at any length."""
    dataset = item(SOPClassUID="1.2.840.10008.5.1.4.1.1.2.1", SOPInstanceUID="1.2", Rows=1)
    dataset.NumberOfFrames = frames
    dataset.SharedFunctionalGroupsSequence = [
        item(PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.5])], FrameVOILUTSequence=[window(1)])
    ]
    dataset.PerFrameFunctionalGroupsSequence = [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=[0, -1.5, 10.0 ** (number % 4)])],
            FrameContentSequence=[item(StackID="x" * (number % 5), DimensionIndexValues=[number])],
            **({"FrameVOILUTSequence": [window(number)]} if number % 3 else {}),
            **({"DerivationImageSequence": [item(Rows=number)]} if number % 7 == 0 else {}),
            **({"FrameAnatomySequence": []} if number % 11 == 0 else {}),
            **({"PlaneOrientationSequence": [item(StackID="twice")]} if number % 13 == 0 else {}),
            **({"CTExposureSequence": [item(Rows=9, InstanceNumber=3)]} if number % 5 == 0 else {}),
        )
        for number in range(1, frames + 1)
    ]
    if undefined:
        leave_lengths_undefined(dataset)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.save_as(path, enforce_file_format=True)


def window(center: int) -> Dataset:
    return item(WindowCenter=center, WindowWidth=400)


def item(**attributes: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


def leave_lengths_undefined(dataset: Dataset) -> None:
    for element in dataset:
        if element.VR == "SQ":
            element.is_undefined_length = True
            for each in element.value:
                each.is_undefined_length_sequence_item = True
                leave_lengths_undefined(each)
