"""Reading the header of a DICOM file: a path goes in, an instance or a data set comes out.

This is the one place that knows how files are read.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from metaprov_core import MetadataReadError

from .dataset_elements import DatasetElements
from .instance import Instance

if TYPE_CHECKING:
    from pydicom import FileDataset

__all__ = ["NotDicomError", "read_dataset", "read_instance"]


class NotDicomError(MetadataReadError):
    """The file can be read, and is not DICOM."""


def read_instance(path: str) -> Instance:
    """The header of a file, with all of its frames.

    Raises MetadataReadError for what is no file, not DICOM, or damaged beyond reading.
    """
    dataset = read_dataset(path)
    transfer_syntax = str(dataset.file_meta.get("TransferSyntaxUID", "")).strip(" \0")
    return Instance(DatasetElements(dataset, transfer_syntax or None))


def read_dataset(path: str) -> FileDataset:
    """The header of a file as pydicom has it, without pixel data.

    A file without ``DICM`` at byte 128 is accepted if it has a SOPClassUID. Raises
    MetadataReadError for what is no file, not DICOM, or damaged beyond reading.
    """
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError

    _require_file(path)
    try:
        try:
            return dcmread(path, stop_before_pixels=True)
        except InvalidDicomError:
            if not _may_start_a_data_set(path):
                raise NotDicomError(path, _NOT_DICOM) from None
        dataset = dcmread(path, stop_before_pixels=True, force=True)
    except MetadataReadError:
        raise
    except OSError as error:
        raise MetadataReadError(path, error.strerror or f"damaged: {error}") from error
    except Exception as error:
        # pydicom has no one error for damaged files: struct.error, zlib.error, RecursionError ...
        raise MetadataReadError(path, f"damaged: {str(error) or type(error).__name__}") from error
    if "SOPClassUID" not in dataset:
        raise NotDicomError(path, _NOT_DICOM)
    return dataset


_NOT_DICOM = "not a DICOM file (no DICM at byte 128, and no SOPClassUID)"


def _require_file(path: str) -> None:
    try:
        status = Path(path).stat()
    except FileNotFoundError as error:
        raise MetadataReadError(path, "no such file") from error
    except (OSError, ValueError) as error:
        raise MetadataReadError(path, getattr(error, "strerror", None) or str(error)) from error
    if stat.S_ISDIR(status.st_mode):
        raise MetadataReadError(path, "it is a folder")
    if not stat.S_ISREG(status.st_mode):
        # To open a pipe would wait for ever.
        raise NotDicomError(path, "it is not a regular file")
    if status.st_size == 0:
        raise NotDicomError(path, "the file is empty")


def _may_start_a_data_set(path: str) -> bool:
    """Whether the first element can be one of a data set without preamble.

    SOPClassUID is (0008,0016), and elements are in ascending order: the first group is 0008 or one
    before it, in either byte order. Without this look, pydicom would search files of any size and
    kind for elements.
    """
    with Path(path).open("rb") as file:
        start = file.read(8)
    if len(start) < 8:
        return False
    if start[:2] == b"\0\0":
        return start == b"\0\0\0\0\4\0\0\0"
    return max(start[0], start[1]) <= 8 and min(start[0], start[1]) == 0
