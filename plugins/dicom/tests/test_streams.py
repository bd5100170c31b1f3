"""Headers of DICOM files that are not on this disk: those of the same files where they are."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydicom.data import get_testdata_file

from metaprov_core import MetadataReadError
from metaprov_dicom import (
    BytesSource,
    dataset_from_source,
    dataset_from_stream,
    instance_from_source,
    instance_from_stream,
)
from metaprov_dicom.file.reader import read_dataset, read_instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_dicom import HeaderSource

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def test_a_header_from_a_stream_is_that_of_the_file(file_of_pydicom: Path) -> None:
    stream, size = io.FileIO(file_of_pydicom), file_of_pydicom.stat().st_size
    try:
        expected = dict(read_instance(str(file_of_pydicom)))
    except MetadataReadError:
        with pytest.raises(MetadataReadError, match="a stream"):
            instance_from_stream(stream, size, "a stream")
        return

    assert dict(instance_from_stream(stream, size, "a stream")) == expected
    assert stream.closed


def test_hardly_more_is_read_than_the_header(write) -> None:
    path = write(Rows=4, BitsAllocated=8, PixelData=bytes(10**6)).removeprefix("dicomfile:")

    class Counting(io.FileIO):
        so_far = 0

        def readinto(self, buffer):
            count = super().readinto(buffer)
            self.so_far += count
            return count

    stream = Counting(path)

    assert instance_from_stream(stream, 10**6, "a stream")["Rows"] == 4
    assert stream.so_far < 20_000


class Ranged:
    """Bytes that are fetched in ranges, as those of an object in a store."""

    def __init__(self, data: bytes, size: int | None, version: object) -> None:
        self.data, self.size, self.version = data, size, version
        self.name = "s3://bucket/1.dcm"
        self.ranges: list[tuple[int, int]] = []

    def read(self, length: int, start: int) -> bytes:
        self.ranges.append((length, start))
        return self.data[start : start + length]


SOURCES: dict[str, Callable[[bytes], HeaderSource]] = {
    "bytes": lambda data: BytesSource(data, "bytes"),
    "ranges": lambda data: Ranged(data, len(data), "v1"),
    "of unknown size": lambda data: Ranged(data, None, "v1"),
    "read once": lambda data: Ranged(data, len(data), None),
    "of unknown size, read once": lambda data: Ranged(data, None, None),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_a_header_from_any_source_is_that_of_the_file(file_of_pydicom: Path, kind: str) -> None:
    source = SOURCES[kind](file_of_pydicom.read_bytes())
    try:
        expected = dict(read_instance(str(file_of_pydicom)))
    except MetadataReadError:
        with pytest.raises(MetadataReadError, match=re.escape(source.name)):
            instance_from_source(source)
        return
    assert dict(instance_from_source(source)) == expected
    assert dataset_from_source(source) == read_dataset(str(file_of_pydicom))


def test_most_headers_are_one_range(file_of_pydicom_ct: bytes) -> None:
    source = Ranged(file_of_pydicom_ct, len(file_of_pydicom_ct), "v1")
    assert instance_from_source(source)["Modality"] == "CT"
    assert source.ranges == [(8192, 0)]


@pytest.mark.parametrize("size", [True, False])
@pytest.mark.parametrize("version", ["v1", None])
def test_a_long_value_is_left_where_it_is_if_it_can_be_found_again(
    write_elements, size: bool, version: str | None
) -> None:
    long = bytes(range(256)) * 4000
    image = write_elements(
        (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2"),
        (0x00282000, "OB", long),
        (0x00283010, "SQ", b""),
        (0x300A0002, "SH", b"plan"),
    )
    data = Path(image.removeprefix("dicomfile:")).read_bytes()
    source = Ranged(data, len(data) if size else None, version)
    instance = instance_from_source(source)
    assert instance["RTPlanLabel"] == "plan"
    read = sum(length for length, _ in source.ranges)
    before = len(source.ranges)
    if size and version:
        assert read < 200_000
    assert instance["ICCProfile"] == long
    assert len(source.ranges) - before == (1 if size and version else 0)


def test_a_long_value_of_another_version_is_an_error(write_elements) -> None:
    image = write_elements(
        (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2"),
        (0x0020000E, "UI", b"1.2.3"),
        (0x00282000, "OB", bytes(10**6)),
        (0x300A0002, "SH", b"plan"),
    )
    data = Path(image.removeprefix("dicomfile:")).read_bytes()
    source = Ranged(data, len(data), "v1")
    instance = instance_from_source(source)
    source.version = "v2"
    with pytest.raises(MetadataReadError, match=r"s3://bucket/1\.dcm: the file has changed"):
        instance["ICCProfile"]


def test_what_a_source_raises_is_raised(file_of_pydicom_ct: bytes) -> None:
    class Forbidden(Ranged):
        def read(self, length: int, start: int) -> bytes:
            raise MetadataReadError(self.name, "403 Forbidden")

    with pytest.raises(MetadataReadError, match="403 Forbidden"):
        instance_from_source(Forbidden(file_of_pydicom_ct, None, None))


def test_a_stream_of_short_reads_is_read_to_its_end(file_of_pydicom_ct: bytes) -> None:
    class Short(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 1, 700))

    instance = instance_from_stream(Short(file_of_pydicom_ct), len(file_of_pydicom_ct), "short")
    assert instance["Columns"] == 128


@pytest.fixture
def file_of_pydicom_ct() -> bytes:
    return Path(get_testdata_file("CT_small.dcm", download=False)).read_bytes()


@pytest.mark.parametrize("size", [8192, 9000, 60_000, 100_000])
def test_what_is_behind_the_size_of_a_source_is_not_taken_for_absent(
    write_elements, size: int
) -> None:
    image = write_elements(
        (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2"),
        (0x0020000E, "UI", b"1.2.3"),
        (0x00204000, "LT", b"c" * 9000),
        (0x00282000, "OB", b"q" * 200_000),
        (0x00324000, "LT", b"here"),
    )
    data = Path(image.removeprefix("dicomfile:")).read_bytes()
    instance = instance_from_source(Ranged(data, size, "v1"))
    with pytest.raises(MetadataReadError, match="the file ends inside"):
        instance["StudyComments"]


def test_a_stream_that_is_closed_cannot_be_read(file_of_pydicom_ct: bytes) -> None:
    stream = io.BytesIO(file_of_pydicom_ct)
    stream.close()
    with pytest.raises(MetadataReadError, match="a stream: I/O operation on closed file"):
        instance_from_stream(stream, 1000, "a stream")


@pytest.mark.parametrize("size", [200, 400, 700])
def test_a_file_that_is_to_be_whole_and_ends_inside_its_header_is_an_error(
    file_of_pydicom_ct: bytes, size: int
) -> None:
    part = file_of_pydicom_ct[:size]
    for read in (instance_from_stream, dataset_from_stream):
        with pytest.raises(MetadataReadError, match="a stream"):
            read(io.BytesIO(part), len(part), "a stream", whole=True)
        whole = read(
            io.BytesIO(file_of_pydicom_ct), len(file_of_pydicom_ct), "a stream", whole=True
        )
        assert whole.get("Rows") == 128
