"""Where the elements of a header are, in the bytes of a file (PS3.5 chapter 7), little endian.

Nothing is decoded here. Two faults that real files have are passed over: VRs that are none, and
items and delimiters where there is no sequence. What else is not plainly right is `NotUnderstood`:
pydicom, which knows what damaged and unusual files mean, reads it then.
"""

from __future__ import annotations

import re
import struct
from array import array
from typing import Final

from metaprov_dicom.values.dictionary import vr_of
from metaprov_dicom.values.vr import UNDEFINED_LENGTH

from .heads import (
    DEEPEST,
    GROUP_OF_ITEMS,
    ITEM,
    ITEM_END,
    LONG,
    SEQUENCE_END,
    SHORT,
    CutOff,
    NotUnderstood,
    explicit_head,
    implicit_head,
    long_length,
    swapped,
)
from .without_vr import is_padding, says_vrs, value_without_vr

__all__ = [
    "LENGTH_EXPLICIT",
    "LENGTH_IMPLICIT",
    "PIXELS",
    "Places",
    "element_at",
    "end_of_items",
    "items_between",
    "length_of_pixels",
    "walk",
    "walk_groups",
]

#: Where each element of a data set begins. The keys are tags as they are written, which saves the
#: walk from putting their halves together: see `swapped`.
Places = dict[int, int]

_SQ: Final = int.from_bytes(b"SQ", "little")
_SEQUENCES: Final = frozenset(code for code, vr in LONG.items() if vr in ("SQ", "UN"))
#: Pixel data and its float kinds: what ends a header.
PIXELS: Final = frozenset({0x00087FE0, 0x00097FE0, 0x00107FE0})
_END_OF_ITEM: Final = frozenset({ITEM_END})
#: SOPClassUID, SOPInstanceUID and ReferencedSOPInstanceUID: an item that has one of them refers to
#: another image.
_REFERENCES: Final = frozenset({0x00160008, 0x00180008, 0x11550008})
_SPECIFIC_CHARACTER_SET: Final = 0x00050008


def _private_run() -> re.Pattern[bytes]:
    odd = b"".join(b"\\x%02x" % byte for byte in range(1, 256, 2))
    vrs = "|".join(SHORT.values()).encode()
    values = b"|".join(b"\\x%02x\0.{%d}" % (length, length) for length in range(0, 66, 2))
    # Not ++: the possessive quantifiers of Python 3.11.2 lose their place.
    return re.compile(b"(?:[%b]...(?:%b)(?:%b))+" % (odd, vrs, values), re.DOTALL)


#: Private elements with short values, one after the other. Half of a header may be these: matching
#: them takes less than half the time of walking over each.
_private_run_at: Final = _private_run().match

#: What reads the length of an element, and where that is: with a VR of the short ones, without VR.
LENGTH_EXPLICIT: Final = struct.Struct("<H").unpack_from, 6
LENGTH_IMPLICIT: Final = struct.Struct("<I").unpack_from, 4


def walk(  # noqa: PLR0917 - called by position, for speed
    data: bytes,
    position: int,
    end: int,
    places: Places,
    explicit: bool,
    ends: frozenset[int],
    private_bit: int = 0,
    depth: int = 0,
) -> int:
    """Note where the elements are, up to ``end`` or one of the tags ``ends``; where that is.

    An element that reaches beyond ``end`` is noted, and the place returned is where it ends. With
    ``private_bit`` 1, private elements are walked over and need not be noted. ``depth`` is that of
    the item that they are in. Raises CutOff, with the elements before it noted, where ``end`` is
    within the head of an element, or within one whose end is not said.
    """
    along = _walk_explicit if explicit else _walk_implicit
    return along(data, position, end, places, ends, private_bit, depth)


def _walk_explicit(  # noqa: PLR0917 - called by position, for speed
    data: bytes,
    position: int,
    end: int,
    places: Places,
    ends: frozenset[int],
    private_bit: int,
    depth: int,
) -> int:
    # A header has hundreds of elements, and reading one is little more than this loop: what is not
    # needed for each of them is elsewhere.
    unpack, short, last = explicit_head, SHORT, end - 8
    while position <= last:
        tag, vr, length = unpack(data, position)
        if vr in short:
            # The lower half of a key is the group, and that of private elements is odd.
            if not tag & private_bit:
                places[tag] = position
                position += 8 + length
            else:
                run = _private_run_at(data, position, end)
                position = position + 8 + length if run is None else run.end()
        elif tag in ends:
            return position
        elif tag & 0xFFFF == GROUP_OF_ITEMS:
            position = _after_stray(data, position, end, True, depth)
        else:
            after = _after_long(data, position, end, vr, depth)
            places[tag] = position
            position = after
    return position


def _walk_implicit(  # noqa: PLR0917 - as _walk_explicit
    data: bytes,
    position: int,
    end: int,
    places: Places,
    ends: frozenset[int],
    _private_bit: int,
    depth: int,
) -> int:
    unpack, last = implicit_head, end - 8
    while position <= last:
        tag, length = unpack(data, position)
        if tag in ends:
            return position
        if tag & 0xFFFF == GROUP_OF_ITEMS:
            position = _after_stray(data, position, end, False, depth)
            continue
        if length == UNDEFINED_LENGTH:
            after = _after_sequence(data, position, end, tag, depth)
        else:
            after = position + 8 + length
        places[tag] = position
        position = after
    return position


def _after_stray(data: bytes, position: int, end: int, explicit: bool, depth: int) -> int:
    """Where an item that belongs to no sequence ends, or a delimiter that ends none."""
    tag, _ = implicit_head(data, position)
    if tag == ITEM:
        _, _, after = _item(data, position, end, explicit, depth)
        return after
    if tag in (ITEM_END, SEQUENCE_END):
        return position + 8
    raise NotUnderstood


def _after_sequence(data: bytes, position: int, end: int, key: int, depth: int) -> int:
    """Where an element without VR or stated length ends, if it is a sequence."""
    if position + 12 > end:
        raise CutOff
    vr = vr_of(swapped(key))
    if vr != "SQ" and (vr is not None or implicit_head(data, position + 4)[1] != ITEM):
        raise NotUnderstood
    return end_of_items(data, position + 8, end, False, depth)


def _after_long(data: bytes, position: int, end: int, vr: int, depth: int) -> int:
    """Where the element of a VR with a long length ends."""
    if vr not in LONG:
        if is_padding(data, position, end):
            return end
        place = value_without_vr(data, position, end)
        if place is None:
            raise NotUnderstood
        start, length = place
        if length == UNDEFINED_LENGTH:
            return end_of_items(data, start, end, True, depth)
        return start + length
    if position + 12 > end:
        raise CutOff
    (length,) = long_length(data, position + 8)
    if length != UNDEFINED_LENGTH:
        return position + 12 + int(length)
    if vr not in _SEQUENCES:
        raise NotUnderstood
    return end_of_items(data, position + 12, end, True, depth)


def element_at(data: bytes, position: int, explicit: bool) -> tuple[str | None, int, int]:
    """The element that begins at a noted place: its VR, where its value is, how long that is.

    The VR is None where the file does not say it; the length may be `UNDEFINED_LENGTH`.
    """
    if not explicit:
        _, length = implicit_head(data, position)
        return None, position + 8, length
    _, code, length = explicit_head(data, position)
    vr = SHORT.get(code)
    if vr is not None:
        return vr, position + 8, length
    vr = LONG.get(code)
    if vr is None:
        try:
            place = value_without_vr(data, position, len(data))
        except CutOff:
            place = None
        return None, *(place or (position + 8, length))
    (length,) = long_length(data, position + 8)
    return vr, position + 12, length


def length_of_pixels(head: bytes, explicit: bool) -> int | None:
    """How many bytes of pixel data an element has that begins so; None where it is not said."""
    if len(head) < 12:
        return None
    _, _, length = element_at(head, 0, explicit)
    return None if length == UNDEFINED_LENGTH else length


def items_between(
    data: bytes, start: int, end: int | None, explicit: bool
) -> tuple[array[int], array[int], bool]:
    """Where the items of a sequence begin, where they end, and whether ends were passed over.

    ``end`` is None for a sequence that does not say where it ends. What is in the items is not
    looked at, but for those that do not say where they end.
    """
    begins, ends, has_passed_over = array("Q"), array("Q"), False
    limit = len(data) if end is None else end
    position = start
    while end is None or position < end:
        begin, stop, position = _item(data, position, limit, explicit, 0)
        if begin == _NO_ITEM:
            break
        if begin == _PASSED_OVER:
            has_passed_over = True
            continue
        begins.append(begin)
        ends.append(stop)
    return begins, ends, has_passed_over


_NO_ITEM: Final = -1
_PASSED_OVER: Final = -2


def walk_groups(
    data: bytes, position: int, end: int, places: Places, kept_whole: frozenset[int]
) -> None:
    """Note the sequences of an item of functional groups, and what is in the first item of each.

    ``kept_whole`` are the keys of the sequences whose items are not looked into, as those of
    private ones are not. Raises NotUnderstood for anything but the plain case: an item without VRs,
    an attribute that several groups say, one that is in no group, another character set ...
    """
    # A header has thousands of these items, and few of their attributes are asked for.
    while position < end:
        if position + 20 > end:
            raise NotUnderstood
        tag, vr, _ = explicit_head(data, position)
        (length,) = long_length(data, position + 8)
        if vr != _SQ:
            raise NotUnderstood
        inner: Places = {}
        after = _walk_first_item(data, position + 12, end, inner)
        if length != UNDEFINED_LENGTH:
            after = position + 12 + length
        elif after + 8 > end:
            raise NotUnderstood
        elif implicit_head(data, after)[0] == SEQUENCE_END:
            after += 8
        else:
            after = end_of_items(data, after, end, True)
        if after > end:
            raise NotUnderstood
        if _SPECIFIC_CHARACTER_SET in inner:
            raise NotUnderstood
        if not tag & 1 and tag not in kept_whole and _REFERENCES.isdisjoint(inner):
            if not places.keys().isdisjoint(inner):
                raise NotUnderstood
            places.update(inner)
        places[tag] = position
        position = after


def _walk_first_item(data: bytes, position: int, end: int, places: Places) -> int:
    """Note what is in the first item of a sequence; where the item ends."""
    tag, length = implicit_head(data, position)
    if tag != ITEM:
        raise NotUnderstood
    begin = position + 8
    stop = end if length == UNDEFINED_LENGTH else begin + length
    if stop > end:
        raise NotUnderstood
    found = walk(data, begin, stop, places, True, _END_OF_ITEM)
    if length == UNDEFINED_LENGTH:
        if found + 8 > end or implicit_head(data, found)[0] != ITEM_END:
            raise NotUnderstood
        return found + 8
    if found != stop:
        raise NotUnderstood
    return stop


def _item(data: bytes, position: int, end: int, explicit: bool, depth: int) -> tuple[int, int, int]:
    """Where the item at a place begins and ends, and where the next is.

    It begins at _NO_ITEM where the sequence ends, and at _PASSED_OVER where an item ends a second
    time: after as many bytes as it says, and with a delimiter.
    """
    if depth > DEEPEST:
        raise NotUnderstood
    if position + 8 > end:
        raise CutOff
    tag, length = implicit_head(data, position)
    begin = position + 8
    if tag == SEQUENCE_END:
        return _NO_ITEM, begin, begin
    if tag == ITEM_END and not length:
        return _PASSED_OVER, begin, begin
    if tag != ITEM:
        raise NotUnderstood
    if length != UNDEFINED_LENGTH:
        stop = after = begin + length
    else:
        has_vrs = explicit and says_vrs(data, begin, end)
        stop = walk(data, begin, end, {}, has_vrs, _END_OF_ITEM, 1, depth + 1)
        after = stop + 8
    if after > end:
        raise CutOff
    return begin, stop, after


def end_of_items(data: bytes, position: int, end: int, explicit: bool, depth: int = 0) -> int:
    """Where a sequence that does not say its length ends."""
    if depth >= DEEPEST:
        raise NotUnderstood
    begin = position
    while begin != _NO_ITEM:
        begin, _, position = _item(data, position, end, explicit, depth)
    return position
