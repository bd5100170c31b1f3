"""Elements with something else in the place of their VR, as some writers leave them.

Some leave the VR blank or have never heard of one, and some change to implicit VR for a while. How
such an element is written is seen by what follows: another element does.
"""

from __future__ import annotations

from typing import Final

from metaprov_dicom.values.dictionary import vr_of
from metaprov_dicom.values.vr import UNDEFINED_LENGTH

from .heads import (
    GROUP_OF_ITEMS,
    LONG,
    SHORT,
    CutOff,
    explicit_head,
    implicit_head,
    is_named,
    long_length,
    swapped,
)

__all__ = ["is_padding", "says_vrs", "value_without_vr"]

_ITEM: Final = b"\xfe\xff\x00\xe0"


def value_without_vr(data: bytes, position: int, end: int) -> tuple[int, int] | None:
    """Where the value of such an element is, and how long, if another element follows it then.

    Raises CutOff where that is behind the end.
    """
    tag, vr, length = explicit_head(data, position)
    has_letters = is_named(data, position)
    short, implicit = (position + 8, length), (position + 8, vr | length << 16)
    places = [short] if has_letters else [short, implicit]
    if length == 0 and position + 12 <= end:
        # New VRs have long lengths (PS3.5 7.1.2).
        long = position + 12, *long_length(data, position + 8)
        places.insert(0 if has_letters else 2, long)
        if long[1] == UNDEFINED_LENGTH and data.startswith(_ITEM, position + 12):
            return long
    for place in places:
        if _is_followed(data, sum(place), end, tag, vr):
            return place
    for place in places:
        if is_padding(data, sum(place), end):
            return place
    if sum(places[0]) + 8 > end:
        raise CutOff
    return None


def _is_followed(data: bytes, position: int, end: int, tag: int, vr: int) -> bool:
    """Whether an element can begin at a place, behind one with a tag and something for its VR.

    So it can where nothing more is.
    """
    if position + 8 > end:
        return position == end
    next_tag, next_vr, _ = explicit_head(data, position)
    if next_tag & 0xFFFF == GROUP_OF_ITEMS or next_vr in SHORT or next_vr in LONG or next_vr == vr:
        return True
    return _is_next(next_tag, tag)


def is_padding(data: bytes, position: int, end: int) -> bool:
    """Whether there is nothing but zeros from a place to the end."""
    return (
        position <= end and not any(data[position : position + 8]) and not any(data[position:end])
    )


def _is_next(next_tag: int, tag: int) -> bool:
    """Whether a tag is one of the dictionary, and behind another one."""
    return swapped(next_tag) > swapped(tag) and vr_of(swapped(next_tag)) is not None


def says_vrs(data: bytes, position: int, end: int) -> bool:
    """Whether the elements from a place on say their VRs.

    Two capital letters are one, as pydicom judges. Where the first element has none, it is without
    one if another element follows then.
    """
    if is_named(data, position):
        return True
    if position + 8 > end:
        return False
    tag, length = implicit_head(data, position)
    after = position + 8 + length
    if after == end or (after + 8 <= end and _is_next(implicit_head(data, after)[0], tag)):
        return False
    try:
        place = value_without_vr(data, position, end)
    except CutOff:
        return False
    return place is not None and place != (position + 8, length)
