"""DICOM files (PS3.10) that a server sends: only the header is read, or only the start of it."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from metaprov_core import MetadataReadError
from metaprov_dicom import (
    Instance,
    StreamSource,
    dataset_from_stream,
    frame_pixels_from_source,
    instance_from_source,
    instance_from_stream,
)
from metaprov_dicomweb.http.requests import read_stream
from metaprov_dicomweb.server.errors import failed
from metaprov_dicomweb.server.settings import limits

from .body import StreamedBody
from .wado_rs import is_uid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydicom import FileDataset

    from metaprov_dicomweb.http.requests import Stream
    from metaprov_dicomweb.server.urls import Url
    from metaprov_modules import FramePixels

__all__ = [
    "AS_STORED",
    "OBJECT",
    "_refuse_another",
    "read_dataset",
    "read_header",
    "read_transfer_syntax",
]

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
#: What is behind the pixels of a file, padding apart, is less.
_LITTLE: Final = 16 * 1024
_LONGEST_META: Final = 64 * 1024
_TRANSFER_SYNTAX_UID: Final = 0x00020010
H = TypeVar("H")


def read_header(url: Url, accept: Sequence[str], uid: str | None) -> Instance:
    """The header of the DICOM file behind a URL. The connection is closed once it is read.

    ``uid`` is the SOPInstanceUID that was asked for; None where the URL names none. Raises
    MetadataReadError for what is no DICOM file, ends inside its header, or is another image.
    """
    instance = _read(url, accept, partial(instance_from_stream, whole=True))
    _refuse_another(url, uid, instance.get("SOPInstanceUID"))
    return instance


def read_dataset(url: Url, accept: Sequence[str], uid: str | None) -> FileDataset:
    """The same header as a Dataset of pydicom."""
    dataset = _read(url, accept, partial(dataset_from_stream, whole=True))
    _refuse_another(url, uid, dataset.get("SOPInstanceUID"))
    return dataset


def read_frame_of_file(
    url: Url, accept: Sequence[str], uid: str | None, frame: int
) -> FramePixels | None:
    """The pixels of a frame, counted from 1, of the DICOM file behind a URL.

    It is read up to them: all of it for a single frame. None, with a note, for a file without
    pixels. Raises what `read_header` raises, and for a frame that is not there.
    """

    def use(body: io.RawIOBase, size: int, name: str) -> FramePixels | None:
        source = StreamSource(body, size, name)
        _refuse_another(url, uid, instance_from_source(source, whole=True).get("SOPInstanceUID"))
        pixels = frame_pixels_from_source(source, frame)
        # To its end, if that is near: the connection can be used again.
        body.read(_LITTLE)
        return pixels

    return _read(url, accept, use)


def _read(url: Url, accept: Sequence[str], read: Callable[[io.RawIOBase, int, str], H]) -> H:
    def use(stream: Stream, url: Url) -> H:
        length, limit = stream.headers.get("Content-Length", ""), limits().answer_limit
        size = min(int(length[:20]), limit) if length.isdecimal() else limit
        return read(StreamedBody(stream, url), size, str(url._replace(query="")))

    return read_stream(url, accept, use, service="object" if accept is OBJECT else "wado")


def read_transfer_syntax(url: Url) -> str | None:
    """The transfer syntax of a stored image; None where its file says none, or none that is one.

    No more is read than the file meta information (PS3.10 7.1), where that says how long it is; its
    (0002,0003) often is not the image's SOPInstanceUID, and is not looked at. Raises
    MetadataReadError for what is no DICOM file, or ends before that.
    """
    return _read(url, AS_STORED, _transfer_syntax_in)


def _refuse_another(url: Url, uid: str | None, found: object) -> None:
    """Raise MetadataReadError for an image that says to be another one than was asked for."""
    text = found.strip(" \0") if isinstance(found, str) else ""
    if uid is not None and text and text != uid:
        raise failed(url, f"the answer is another image, {text:.64}")


def _transfer_syntax_in(body: io.RawIOBase, size: int, name: str) -> str | None:
    file = io.BufferedReader(body)
    start = file.read(_META_START)
    length = int.from_bytes(start[-4:], "little")
    if start[_PREAMBLE:-4] == _PREFIX + _GROUP_LENGTH and length <= _LONGEST_META:
        meta = file.read(length)
        if len(meta) < length:
            raise MetadataReadError(name, "the file ends inside its file meta information")
        uid = _transfer_syntax_of(meta, name)
    else:
        file.seek(0)
        uid = str(instance_from_stream(body, size, name).get("TransferSyntaxUID"))
    return uid if is_uid(uid) else None


def _transfer_syntax_of(meta: bytes, name: str) -> str:
    from pydicom.filereader import read_dataset

    try:
        dataset = read_dataset(io.BytesIO(meta), is_implicit_VR=False, is_little_endian=True)
        # Not decoded: pydicom warns of a UID that is none.
        element: Any = dataset.get_item(_TRANSFER_SYNTAX_UID)
        return "" if element is None else str(element.value or b"", "latin-1").strip(" \0")
    except Exception as error:
        # pydicom raises any error for damaged bytes.
        raise MetadataReadError(name, "its file meta information is damaged") from error
