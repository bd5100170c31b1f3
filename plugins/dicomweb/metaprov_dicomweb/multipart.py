"""Answers of one part that come as several: multipart/related (RFC 2387)."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["boundary_of", "first_part"]

_BOUNDARY: Final = re.compile(r'\bboundary=(?:"([^"]+)"|([^\s;,"]+))', re.IGNORECASE)
_BLANK_LINE: Final = b"\r\n\r\n"


def boundary_of(content_type: str) -> bytes | None:
    """What separates the parts of an answer; None where it has no parts."""
    if not content_type.lower().lstrip().startswith("multipart/"):
        return None
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise ValueError("the answer is in parts, and does not say what separates them")
    return b"--" + (found[1] or found[2]).encode("latin-1", "replace")


def first_part(body: bytes, content_type: str) -> bytes:
    """The body of the first part; all of an answer that has no parts. Raises ValueError."""
    boundary = boundary_of(content_type)
    if boundary is None:
        return body
    start = body.find(boundary)
    begin = body.find(_BLANK_LINE, start)
    end = body.find(b"\r\n" + boundary, begin + 2)
    if min(start, begin, end) < 0:
        raise ValueError("the answer has no complete part")
    return body[begin + len(_BLANK_LINE) : end]
