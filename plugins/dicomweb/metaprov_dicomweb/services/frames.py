"""The pixels of one frame by WADO-RS (PS3.18 10.4), and what the answer says of their encoding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_dicomweb.http.requests import read
from metaprov_dicomweb.server.errors import failed
from metaprov_dicomweb.server.masking import masked

from .multipart import only_part
from .wado_rs import is_uid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metaprov_dicomweb.server.urls import Url

__all__ = ["FrameAnswer", "read_frame"]

#: As they are stored first (PS3.18 8.7.3.5): nothing is lost, and the server has no work.
_FORMS: Final = (
    'multipart/related; type="application/octet-stream"; transfer-syntax=*',
    'multipart/related; type="application/octet-stream"',
    "application/octet-stream; transfer-syntax=*",
    "*/*",
)
_TRANSFER_SYNTAX: Final = re.compile(r';\s*transfer-syntax\s*=\s*"?([^\s;,"]+)', re.IGNORECASE)
_TYPE_OF_PARTS: Final = re.compile(r';\s*type\s*=\s*"?([^\s;,"]+)', re.IGNORECASE)

_JPEG_LS: Final = ("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81")
_JPEG_2000: Final = ("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91")
_RLE: Final = ("1.2.840.10008.1.2.5",)
_HTJ2K: Final = (
    "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.202",
    "1.2.840.10008.1.2.4.203",
)
#: The transfer syntaxes of each media type, its default first (PS3.18 8.7.3); the names that
#: servers had before the standard's, too. None: bytes of any.
_SYNTAXES: Final[Mapping[str, Sequence[str] | None]] = {
    "": None,
    "application/octet-stream": None,
    "binary/octet-stream": None,
    "image/jpeg": (
        "1.2.840.10008.1.2.4.70",
        "1.2.840.10008.1.2.4.50",
        "1.2.840.10008.1.2.4.51",
        "1.2.840.10008.1.2.4.57",
    ),
    "image/jls": _JPEG_LS,
    "image/x-jls": _JPEG_LS,
    "image/jp2": _JPEG_2000,
    "image/j2c": _JPEG_2000,
    "image/jpx": ("1.2.840.10008.1.2.4.92", "1.2.840.10008.1.2.4.93"),
    "image/jphc": _HTJ2K,
    "image/jph": _HTJ2K,
    "image/dicom-rle": _RLE,
    "image/x-dicom-rle": _RLE,
}


class FrameAnswer(NamedTuple):
    """What a server sent for a frame."""

    data: bytes
    #: The transfer syntax that the answer names; None where it names none.
    transfer_syntax_uid: str | None
    #: The transfer syntaxes of its media type, the default first; None for bytes of any.
    syntaxes: Sequence[str] | None


def read_frame(url: Url) -> FrameAnswer:
    """The answer for a frame. Raises MetadataReadError for what cannot be the pixels of one."""
    answer = read(url, *_FORMS)
    try:
        data, content_type = only_part(answer.body, answer.content_type)
    except ValueError as error:
        reason = str(error)
    else:
        # Else it is what all the parts are.
        kind = _kind(content_type or _type_of_parts(answer.content_type))
        if kind in _SYNTAXES and data:
            uid = _named(content_type) or _named(answer.content_type)
            return FrameAnswer(data, uid, _SYNTAXES[kind])
        what = f"{masked(kind):.60}" if data else "empty"
        reason = f"the answer is {what} instead of the pixels of a frame"
    # Outside of the block: what the server said is no context of the error.
    raise failed(url, reason)


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _type_of_parts(content_type: str) -> str:
    match = _TYPE_OF_PARTS.search(content_type)
    return "" if match is None else match[1]


def _named(content_type: str) -> str | None:
    match = _TRANSFER_SYNTAX.search(content_type)
    return match[1] if match is not None and is_uid(match[1]) else None
