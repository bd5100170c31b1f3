"""Reading the header of a DICOM file, wherever its bytes are: as an instance, or as a data set.

This is the one place that knows how headers are read: by a walk over their first bytes, and what
that does not understand, by pydicom.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from metaprov_core import MetadataReadError
from metaprov_dicom.dataset.elements import DatasetElements
from metaprov_dicom.encoding.header_elements import HEAD_OF_PIXELS
from metaprov_dicom.encoding.heads import NotUnderstood, swapped
from metaprov_dicom.encoding.walk import PIXELS, element_at
from metaprov_dicom.instance.instance import Instance
from metaprov_dicom.instance.place_of_pixels import PlaceOfPixels
from metaprov_dicom.values.vr import UNDEFINED_LENGTH

from .bounded import BoundedFile
from .cut_off import CutOffElements, ends_before_its_series
from .header import walked_header
from .inflate import InflatedSource
from .meta import META_START, meta_in
from .sources import FIRST_READ, FileSource, NotDicomError, StreamSource
from .transfer_syntaxes import DEFLATED

if TYPE_CHECKING:
    import io

    from pydicom import FileDataset

    from .sources import HeaderSource

__all__ = [
    "dataset_from_source",
    "dataset_from_stream",
    "instance_from_source",
    "instance_from_stream",
    "read_dataset",
    "read_instance",
]

_NOT_DICOM = "no DICM at byte 128, and no SOPClassUID"
_CUT_OFF = "the file ends inside its header"
#: Every object has it (PS3.3 C.12.1): a file that is to be whole does not end before it.
_SOP_CLASS_UID = 0x00080016


def read_instance(path: str) -> Instance:
    """The header of a file, with all of its frames: see `instance_from_source`.

    Raises MetadataReadError for what is not a file, too.
    """
    with FileSource(path) as source:
        return instance_from_source(source)


def instance_from_source(source: HeaderSource, *, whole: bool = False) -> Instance:
    """The header of a DICOM file (PS3.10), with all of its frames, wherever its bytes are.

    Of a file that ends inside its header it has what is before the cut, and raises
    MetadataReadError when it is asked for what may be behind it; with ``whole``, such a file is an
    error. Raises MetadataReadError for what cannot be read, is not DICOM, or is damaged beyond
    reading.
    """
    try:
        instance = Instance(walked_header(source))
    except NotUnderstood:
        return _instance_of(_parsed_by_pydicom(source, whole), source)
    if whole and instance.tags()[-1] < _SOP_CLASS_UID:
        raise MetadataReadError(source.name, _CUT_OFF)
    return instance


def instance_from_stream(
    stream: io.RawIOBase, size: int, name: str, *, whole: bool = False
) -> Instance:
    """The header of a DICOM file in a seekable stream: see `instance_from_source`.

    Hardly more is read of it than the header, and ``size`` bytes at most; then it is closed.
    ``name`` is what errors call it.
    """
    with closing(stream):
        return instance_from_source(StreamSource(stream, size, name), whole=whole)


def read_dataset(path: str) -> FileDataset:
    """The header of a file as pydicom has it: see `dataset_from_source`.

    Raises MetadataReadError for what is not a file, too.
    """
    with FileSource(path) as source:
        return dataset_from_source(source)


def dataset_from_source(source: HeaderSource, *, whole: bool = False) -> FileDataset:
    """The header of a DICOM file as pydicom has it, without pixel data, wherever its bytes are.

    A file without ``DICM`` at byte 128 is accepted if it has a SOPClassUID. Raises
    MetadataReadError for what cannot be read, is not DICOM, or is damaged beyond reading; with
    ``whole``, for a file that ends inside its header, too.
    """
    return _parsed_by_pydicom(source, whole).dataset


def dataset_from_stream(
    stream: io.RawIOBase, size: int, name: str, *, whole: bool = False
) -> FileDataset:
    """The header of a DICOM file in a seekable stream: see `dataset_from_source`.

    Hardly more is read of it than the header, and ``size`` bytes at most; then it is closed.
    ``name`` is what errors call it.
    """
    with closing(stream):
        return dataset_from_source(StreamSource(stream, size, name), whole=whole)


class _Parsed(NamedTuple):
    """A header that pydicom read."""

    dataset: FileDataset
    is_cut_off: bool
    #: The bytes behind it, which begin with the pixels if there are any; and where they are.
    behind: bytes
    position: int


def _instance_of(parsed: _Parsed, source: HeaderSource) -> Instance:
    dataset = parsed.dataset
    transfer_syntax = str(dataset.file_meta.get("TransferSyntaxUID", "")).strip(" \0") or None
    if parsed.is_cut_off:
        return Instance(CutOffElements(dataset, transfer_syntax, source.name))
    place = _place_of_pixels(parsed, source.version)
    return Instance(DatasetElements(dataset, transfer_syntax, place_of_pixels=place))


def _place_of_pixels(parsed: _Parsed, version: object) -> PlaceOfPixels | None:
    is_implicit, is_little_endian = parsed.dataset.original_encoding
    explicit, big_endian = not is_implicit, is_little_endian is False
    head = parsed.behind
    if big_endian:
        # Tag and long length are turned, the VR between them is not.
        head = head[1::-1] + head[3:1:-1] + head[4:8] + head[:7:-1]
    key = int.from_bytes(head[:4], "little")
    if key not in PIXELS:
        return None
    try:
        _, start, length = element_at(head.ljust(HEAD_OF_PIXELS, b"\0"), 0, explicit)
    except NotUnderstood:
        return None
    known = None if length == UNDEFINED_LENGTH else length
    return PlaceOfPixels(
        swapped(key), parsed.position + start, known, explicit, big_endian, version
    )


def _parsed_by_pydicom(source: HeaderSource, whole: bool) -> _Parsed:
    """The header, and whether the file ends inside it, which is an error with ``whole``."""
    start = source.read(FIRST_READ, 0)
    has_prefix = start[META_START - 4 : META_START] == b"DICM"
    if not has_prefix and not _may_start_a_data_set(start[:8]):
        raise NotDicomError(source.name, _NOT_DICOM)
    source, deflated = _inflated(source, start)
    bounded = BoundedFile(source)
    dataset = _read_by_pydicom(bounded, force=not has_prefix)
    if not has_prefix and "SOPClassUID" not in dataset:
        raise NotDicomError(source.name, _NOT_DICOM)
    if not len(dataset):
        raise MetadataReadError(
            source.name, "the file ends before the first attribute of the image"
        )
    if deflated:
        from pydicom.uid import UID

        dataset.file_meta.TransferSyntaxUID = UID(deflated)
    ended_early, position = bounded.ended_early, bounded.tell()
    is_cut_off = ended_early or _ends_before_its_series(dataset)
    if whole and (is_cut_off or max(dataset.keys()) < _SOP_CLASS_UID):
        raise MetadataReadError(source.name, _CUT_OFF)
    return _Parsed(dataset, is_cut_off, source.read(HEAD_OF_PIXELS, position), position)


def _ends_before_its_series(dataset: FileDataset) -> bool:
    # pydicom itself raises for a value of no VR.
    sop_class = str(Instance(DatasetElements(dataset)).get("SOPClassUID", ""))
    return ends_before_its_series(sop_class, int(max(dataset.keys())))


def _inflated(source: HeaderSource, start: bytes) -> tuple[HeaderSource, str]:
    """The source, inflated, and the transfer syntax of what is deflated; "" for any other."""
    try:
        meta = meta_in(start)
    except NotUnderstood:
        return source, ""
    if meta.transfer_syntax not in DEFLATED:
        return source, ""
    return InflatedSource(source, meta), meta.transfer_syntax.decode()


def _read_by_pydicom(bounded: BoundedFile, force: bool) -> FileDataset:
    from pydicom import dcmread

    try:
        return dcmread(bounded, stop_before_pixels=True, force=force)
    except MetadataReadError:
        raise
    except OSError as error:
        raise MetadataReadError(bounded.name, error.strerror or f"damaged: {error}") from error
    except Exception as error:
        # pydicom has no single error for damaged files: struct.error, zlib.error, ...
        reason = f"damaged: {str(error) or type(error).__name__}"
        raise MetadataReadError(bounded.name, reason) from error


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
