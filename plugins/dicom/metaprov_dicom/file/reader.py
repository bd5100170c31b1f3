"""Reading the header of a DICOM file: a path goes in, an instance or a data set comes out.

This is the one place that knows how files are read: by a walk over their first bytes, and what
that does not understand, by pydicom.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from metaprov_core import MetadataReadError
from metaprov_dicom.dataset.elements import DatasetElements
from metaprov_dicom.encoding.walk import NotUnderstood
from metaprov_dicom.instance.instance import Instance

from .bounded import BoundedFile
from .cut_off import CutOffElements
from .header import walked_header
from .open import HeaderFile, NotDicomError

if TYPE_CHECKING:
    from pydicom import FileDataset

__all__ = [
    "NotDicomError",
    "dataset_from_stream",
    "instance_from_stream",
    "read_dataset",
    "read_instance",
]

_NOT_DICOM = "no DICM at byte 128, and no SOPClassUID"


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
            return _instance_of(*_read_by_pydicom(file), path)


def instance_from_stream(stream: io.RawIOBase, size: int, name: str) -> Instance:
    """The header of a DICOM file that comes from elsewhere: see `dataset_from_stream`.

    Of one that ends inside its header it has what is before the cut, as `read_instance` does.
    """
    return _instance_of(*_read_stream(stream, size, name), name)


def dataset_from_stream(stream: io.RawIOBase, size: int, name: str) -> FileDataset:
    """The header of a DICOM file that comes from elsewhere: a seekable stream.

    Hardly more is read of it than the header, and ``size`` bytes at most; then it is closed.
    Raises MetadataReadError, with ``name`` for the file, for what is not DICOM or damaged beyond
    reading.
    """
    dataset, _ = _read_stream(stream, size, name)
    return dataset


def read_dataset(path: str) -> FileDataset:
    """The header of a file as pydicom has it, without pixel data.

    A file without ``DICM`` at byte 128 is accepted if it has a SOPClassUID. Raises
    MetadataReadError for what is not a file, not DICOM, or damaged beyond reading.
    """
    with HeaderFile(path) as file:
        dataset, _ = _read_by_pydicom(file)
    return dataset


def _instance_of(dataset: FileDataset, ended_early: bool, name: str) -> Instance:
    transfer_syntax = str(dataset.file_meta.get("TransferSyntaxUID", "")).strip(" \0") or None
    if ended_early:
        return Instance(CutOffElements(dataset, transfer_syntax, name))
    return Instance(DatasetElements(dataset, transfer_syntax))


def _read_stream(stream: io.RawIOBase, size: int, name: str) -> tuple[FileDataset, bool]:
    start = stream.read(_PREFIX_END) or b""
    stream.seek(0)
    return _parsed_by_pydicom(BoundedFile(stream, size, name), start)


def _read_by_pydicom(file: HeaderFile) -> tuple[FileDataset, bool]:
    try:
        bounded = BoundedFile(io.FileIO(file.path), file.size, file.path)
    except OSError as error:
        raise MetadataReadError(file.path, error.strerror or str(error)) from error
    return _parsed_by_pydicom(bounded, file.read(_PREFIX_END, 0))


def _parsed_by_pydicom(bounded: BoundedFile, start: bytes) -> tuple[FileDataset, bool]:
    """The data set, and whether the file ends inside it."""
    name = bounded.name
    has_prefix = start[128:] == b"DICM"
    with bounded:
        if not has_prefix and not _may_start_a_data_set(start[:8]):
            raise NotDicomError(name, _NOT_DICOM)
        from pydicom import dcmread

        try:
            dataset = dcmread(bounded, stop_before_pixels=True, force=not has_prefix)
        except MetadataReadError:
            raise
        except OSError as error:
            raise MetadataReadError(name, error.strerror or f"damaged: {error}") from error
        except Exception as error:
            # pydicom has no single error for damaged files: struct.error, zlib.error, ...
            reason = f"damaged: {str(error) or type(error).__name__}"
            raise MetadataReadError(name, reason) from error
    if not has_prefix and "SOPClassUID" not in dataset:
        raise NotDicomError(name, _NOT_DICOM)
    if not len(dataset):
        raise MetadataReadError(name, "the file ends before the first attribute of the image")
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
