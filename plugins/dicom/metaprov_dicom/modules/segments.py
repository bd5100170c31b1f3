"""Segmented palettes (PS3.3 C.7.9.2): how many entries they would have.

A few words can say a million entries, and segments that point at each other have no end.
"""

from __future__ import annotations

import struct
from typing import Final

__all__ = ["number_of_entries"]

_DISCRETE: Final = 0
_LINEAR: Final = 1
_ALL: Final = -1


def number_of_entries(data: bytes, bits: int, most: int) -> int | None:
    """How many entries the segments of a palette with entries of 8 or 16 bits make.

    None for more than ``most``, and where the segments are more than that themselves. What is not a
    segment ends the count: saying so is left to the code that expands them.
    """
    words = data if bits == 8 else struct.unpack(f"<{len(data) // 2}H", data[: len(data) & ~1])
    made, left = 0, 2 * most
    # Where the segments go on, and how many of them, behind one that copies others.
    outer: list[tuple[int, int]] = [(0, _ALL)]
    while outer:
        offset, segments = outer.pop()
        while segments and offset + 2 < len(words):
            kind, length = words[offset], words[offset + 1]
            segments -= 1
            left -= 1
            offset += 2
            if kind == _DISCRETE:
                made, offset = made + min(length, len(words) - offset), offset + length
            elif kind == _LINEAR:
                made, offset = made + length, offset + 1
            else:
                place = words[offset : offset + (4 if bits == 8 else 2)]
                outer.append((offset + len(place), segments))
                offset, segments = _offset(place), length or _ALL
            if made > most or left < 0:
                return None
    return made


def _offset(place: bytes | tuple[int, ...]) -> int:
    """The place that an indirect segment copies from: its lower half comes first."""
    if isinstance(place, bytes):
        return int.from_bytes(place, "little")
    return sum(word << 16 * index for index, word in enumerate(place))
