"""DICOM files (PS3.10) that a server sends: only the header is read, or only the start of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, Final, TypeVar

from metaprov_dicom import Instance, dataset_from_stream, instance_from_stream
from metaprov_dicomweb.server.requests import read_stream
from metaprov_dicomweb.server.settings import limits

from .body import StreamedBody
from .wado_rs import is_uid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydicom import FileDataset

    from metaprov_dicomweb.server.requests import Stream
    from metaprov_dicomweb.server.urls import Url

__all__ = ["AS_STORED", "OBJECT", "read_dataset", "read_header", "read_transfer_syntax"]

#: By WADO-RS, in the transfer syntax that the image is stored in (PS3.18 8.7.3.5).
AS_STORED: Final = (
    'multipart/related; type="application/dicom"; transfer-syntax=*',
    "application/dicom; transfer-syntax=*",
    'multipart/related; type="application/dicom"',
    "application/dicom",
    "*/*",
)

#: By WADO-URI.
OBJECT: Final = ("application/dicom", "*/*")

_PREAMBLE: Final = 128
_PREFIX: Final = b"DICM"
#: The head of (0002,0000), the length of the group; its elements have explicit VRs.
_GROUP_LENGTH: Final = b"\2\0\0\0UL\4\0"
_META_START: Final = _PREAMBLE + len(_PREFIX) + len(_GROUP_LENGTH) + 4
_LONGEST_META: Final = 64 * 1024
H = TypeVar("H")


def read_header(url: Url, accept: Sequence[str]) -> Instance:
    """The header of the DICOM file behind a URL. The connection is closed once it is read."""
    return _read(url, accept, instance_from_stream)


def read_dataset(url: Url, accept: Sequence[str]) -> FileDataset:
    """The same header as a Dataset of pydicom."""
    return _read(url, accept, dataset_from_stream)


def _read(url: Url, accept: Sequence[str], read: Callable[[io.RawIOBase, int, str], H]) -> H:
    def use(stream: Stream, url: Url) -> H:
        length, limit = stream.headers.get("Content-Length", ""), limits().answer_limit
        size = min(int(length[:20]), limit) if length.isdecimal() else limit
        return read(StreamedBody(stream, url), size, str(url._replace(query="")))

    return read_stream(url, accept, use, service="object" if accept is OBJECT else "wado")


def read_transfer_syntax(url: Url) -> str | None:
    """The transfer syntax of a stored image, from its file meta information; None without one."""

    def use(stream: Stream, url: Url) -> str | None:
        return _transfer_syntax_in(io.BufferedReader(StreamedBody(stream, url)))

    return read_stream(url, AS_STORED, use)


def _transfer_syntax_in(file: BinaryIO) -> str | None:
    start = file.read(_META_START)
    length = int.from_bytes(start[-4:], "little")
    if start[_PREAMBLE:-4] != _PREFIX + _GROUP_LENGTH or length > _LONGEST_META:
        return None
    from pydicom.filereader import read_dataset

    meta = io.BytesIO(file.read(length))
    try:
        dataset = read_dataset(meta, is_implicit_VR=False, is_little_endian=True)
        uid = str(dataset.get("TransferSyntaxUID", "")).strip(" \0")
    except Exception:
        # pydicom raises any error for damaged bytes.
        return None
    return uid if is_uid(uid) else None
