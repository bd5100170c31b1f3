"""Answers in parts, multipart/related (RFC 2387), of which only the first is used."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["boundary_of", "bytes_in"]

_BOUNDARY: Final = re.compile(r'\bboundary=(?:"([^"]+)"|([^\s;,"]+))', re.IGNORECASE)
_BLANK_LINE: Final = b"\r\n\r\n"
_TYPE_OF_PART: Final = re.compile(rb"^content-type:[ \t]*([^\s;]+)", re.IGNORECASE | re.MULTILINE)
#: Media types of plain bytes, "" where the server names none. A login page has another one.
_OF_BYTES: Final = frozenset({"", "application/octet-stream"})


def boundary_of(content_type: str) -> bytes | None:
    """The bytes between the parts of an answer; None for an answer without parts."""
    if not content_type.lower().lstrip().startswith("multipart/"):
        return None
    match = _BOUNDARY.search(content_type)
    if match is None:
        raise ValueError("the answer is in parts, and does not say what separates them")
    return b"--" + (match[1] or match[2]).encode("latin-1", "replace")


def bytes_in(body: bytes, content_type: str) -> bytes:
    """The bytes in the first part, or in an answer without parts.

    Raises ValueError for another media type, HTML say, and for a part that is cut short.
    """
    boundary = boundary_of(content_type)
    if boundary is None:
        _refuse_all_but_bytes(content_type.partition(";")[0].strip())
        return body
    start = body.find(boundary)
    begin = body.find(_BLANK_LINE, start)
    end = body.find(b"\r\n" + boundary, begin + 2)
    if min(start, begin, end) < 0:
        raise ValueError("the answer has no complete part")
    match = _TYPE_OF_PART.search(body, start, begin)
    _refuse_all_but_bytes("" if match is None else match[1].decode("latin-1"))
    return body[begin + len(_BLANK_LINE) : end]


def _refuse_all_but_bytes(type: str) -> None:
    if type.lower() not in _OF_BYTES:
        raise ValueError(f"the answer is {type:.60} instead of application/octet-stream")
