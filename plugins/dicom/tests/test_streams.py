"""Headers of DICOM files that come as a stream: those of the same files on disk."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from metaprov_core import MetadataReadError
from metaprov_dicom import instance_from_stream
from metaprov_dicom.file.reader import read_instance

if TYPE_CHECKING:
    from pathlib import Path

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
