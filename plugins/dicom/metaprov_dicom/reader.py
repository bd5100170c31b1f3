"""Reading the header of a DICOM file: a path goes in, an instance or a data set comes out.

This is the one place that knows how files are read: by a walk over their first bytes, and what
that does not understand, by pydicom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metaprov_core import MetadataReadError

from .bounded_file import BoundedFile
from .cut_off_elements import CutOffElements
from .dataset_elements import DatasetElements
from .header import walked_header
from .header_file import HeaderFile, NotDicomError
from .instance import Instance
from .walk import NotUnderstood

if TYPE_CHECKING:
    from pydicom import FileDataset

__all__ = ["NotDicomError", "read_dataset", "read_instance"]

_NOT_DICOM = "not a DICOM file (no DICM at byte 128, and no SOPClassUID)"


def read_instance(path: str) -> Instance:
    """The header of a file, with all of its frames.

    Of a file that ends inside its header it has what is before the cut, and raises
    MetadataReadError when it is asked for what may be behind it. Raises MetadataReadError for what
    is not a file, not DICOM, or damaged beyond reading.
    """
    with HeaderFile(path) as file:
        try:
            return Instance(walked_header(file))
        except NotUnderstood:
            dataset, ended_early = _read_by_pydicom(file)
    transfer_syntax = str(dataset.file_meta.get("TransferSyntaxUID", "")).strip(" \0") or None
    if ended_early:
        return Instance(CutOffElements(dataset, transfer_syntax, path))
    return Instance(DatasetElements(dataset, transfer_syntax))


def read_dataset(path: str) -> FileDataset:
    """The header of a file as pydicom has it, without pixel data.

    A file without ``DICM`` at byte 128 is accepted if it has a SOPClassUID. Raises
    MetadataReadError for what is not a file, not DICOM, or damaged beyond reading.
    """
    with HeaderFile(path) as file:
        dataset, _ = _read_by_pydicom(file)
    return dataset


def _read_by_pydicom(file: HeaderFile) -> tuple[FileDataset, bool]:
    """The data set, and whether the file ends inside of it."""
    start = file.read(_PREFIX_END, 0)
    has_prefix = start[128:] == b"DICM"
    if not has_prefix and not _may_start_a_data_set(start[:8]):
        raise NotDicomError(file.path, _NOT_DICOM)
    from pydicom import dcmread

    try:
        with BoundedFile(file.path) as bounded:
            dataset = dcmread(bounded, stop_before_pixels=True, force=not has_prefix)
    except OSError as error:
        raise MetadataReadError(file.path, error.strerror or f"damaged: {error}") from error
    except Exception as error:
        # pydicom has no one error for damaged files: struct.error, zlib.error, RecursionError ...
        reason = f"damaged: {str(error) or type(error).__name__}"
        raise MetadataReadError(file.path, reason) from error
    if not has_prefix and "SOPClassUID" not in dataset:
        raise NotDicomError(file.path, _NOT_DICOM)
    if not len(dataset):
        raise MetadataReadError(file.path, "the file ends before the first attribute of the image")
    return dataset, bounded.ended_early


_PREFIX_END = 128 + len(b"DICM")


def _may_start_a_data_set(start: bytes) -> bool:
    """Whether the first element can be one of a data set without preamble.

    SOPClassUID is (0008,0016), and elements are in ascending order: the first group is 0008 or one
    before it, in either byte order. Without this look, pydicom would search files of any size and
    kind for elements.
    """
    if len(start) < 8:
        return False
    if start[:2] == b"\0\0":
        return start == b"\0\0\0\0\4\0\0\0"
    return max(start[0], start[1]) <= 8 and min(start[0], start[1]) == 0
