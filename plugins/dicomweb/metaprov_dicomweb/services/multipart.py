"""Answers in parts, multipart/related (RFC 2387), of which the first is used.

What is before the first part is skipped (RFC 2046 5.1.1). Lines may end without a carriage return.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ["boundary_of", "bytes_in", "end_of_part", "only_part", "start_of_part"]

_BOUNDARY: Final = re.compile(r'\bboundary=(?:"([^"]+)"|([^\s;,"]+))', re.IGNORECASE)
#: What a line with the boundary and the head of a part have behind the boundary.
#: No head is longer: many that have no end would be gone through again and again.
_HEAD: Final = rb"[ \t]*\r?\n(?:[^\r\n]{1,4096}+\r?\n){0,64}+\r?\n"
_TYPE_OF_PART: Final = re.compile(rb"^content-type:[ \t]*([^\s;]+)", re.IGNORECASE | re.MULTILINE)
_WHOLE_TYPE_OF_PART: Final = re.compile(
    rb"^content-type:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE
)
#: Media types of plain bytes, "" where the server names none; the last one is what object stores
#: say of whatever they keep. A login page has another one.
_OF_BYTES: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})


def boundary_of(content_type: str) -> bytes | None:
    """The bytes between the parts of an answer; None for an answer without parts."""
    if not content_type.lower().lstrip().startswith("multipart/"):
        return None
    match = _BOUNDARY.search(content_type)
    if match is None:
        raise ValueError("the answer is in parts, and does not say what separates them")
    return b"--" + (match[1] or match[2]).encode("latin-1", "replace")


def start_of_part(data: bytes | bytearray, boundary: bytes) -> tuple[int, str] | None:
    """Where the first part begins, and its media type, "" for none; None before its head has come.

    ``boundary`` is that of `boundary_of`.
    """
    match = _first_head(boundary).search(data)
    if match is None:
        return None
    type = _TYPE_OF_PART.search(match[0])
    return match.end(), "" if type is None else type[1].decode("latin-1")


def end_of_part(
    data: bytes | bytearray, boundary: bytes, start: int, searched: int = 0
) -> int | None:
    """Where a part ends that begins at ``start``; None where the end has not come.

    It is not before ``searched``.
    """
    # An empty part may end with the line that its head ends with.
    end = data.find(b"\n" + boundary, max(start - 1, searched))
    if end < 0:
        return None
    # Values and files have an even number of bytes (PS3.5 6.2): so it shows whether the carriage
    # return is one of them where lines end without it.
    has_returns = data[start - 2 : start] == b"\r\n"
    if data[end - 1 : end] == b"\r" and (has_returns or (end - start) % 2):
        end -= 1
    return max(start, end)


def bytes_in(body: bytes, content_type: str) -> bytes:
    """The bytes in the first part, or in an answer without parts.

    Raises ValueError for another media type, HTML say, and for a part that is cut short.
    """
    boundary = boundary_of(content_type)
    if boundary is None:
        _refuse_all_but_bytes(content_type.partition(";")[0].strip())
        return body
    part = start_of_part(body, boundary)
    end = None if part is None else end_of_part(body, boundary, part[0])
    if part is None or end is None:
        raise ValueError("the answer has no complete part")
    start, type = part
    _refuse_all_but_bytes(type)
    return body[start:end]


def only_part(body: bytes, content_type: str) -> tuple[bytes, str]:
    """The bytes in the only part, and its Content-Type, or of an answer without parts.

    The Content-Type is "" where the part has none. Raises ValueError for a part that is cut short,
    and for several.
    """
    boundary = boundary_of(content_type)
    if boundary is None:
        return body, content_type
    head = _first_head(boundary).search(body)
    end = None if head is None else end_of_part(body, boundary, head.end())
    if head is None or end is None:
        raise ValueError("the answer has no complete part")
    if _first_head(boundary).search(body, end) is not None:
        raise ValueError("the answer has several parts, and one was asked for")
    type = _WHOLE_TYPE_OF_PART.search(head[0])
    return body[head.end() : end], "" if type is None else type[1].decode("latin-1").strip()


def _refuse_all_but_bytes(type: str) -> None:
    if type.lower() not in _OF_BYTES:
        raise ValueError(f"the answer is {type:.60} instead of application/octet-stream")


@lru_cache(8)
def _first_head(boundary: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?:\A|\n)" + re.escape(boundary) + _HEAD)
