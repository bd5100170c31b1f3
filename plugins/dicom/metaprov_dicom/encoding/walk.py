"""Where the elements of a header are, in the bytes of a file (PS3.5 chapter 7), little endian.

Nothing is decoded here. Two faults that real files have are passed over: VRs that are none, and
items and delimiters where there is no sequence. What else is not plainly right is `NotUnderstood`:
pydicom, which knows what damaged and unusual files mean, reads it then.
"""

from __future__ import annotations

import re
import struct
from array import array
from typing import TYPE_CHECKING, Final

from metaprov_dicom.values.dictionary import vr_of
from metaprov_dicom.values.vr import UNDEFINED_LENGTH, WITH_LONG_LENGTH, WITH_SHORT_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "LENGTH_EXPLICIT",
    "LENGTH_IMPLICIT",
    "PIXELS",
    "CutOff",
    "NotUnderstood",
    "Places",
    "element_at",
    "end_of_items",
    "items_between",
    "length_of_pixels",
    "says_vrs",
    "swapped",
    "walk",
    "walk_groups",
]

#: Where each element of a data set begins. The keys are tags as they are written, which saves the
#: walk from putting their halves together: see `swapped`.
Places = dict[int, int]

_ITEM: Final = 0xE000FFFE
_ITEM_END: Final = 0xE00DFFFE
_SEQUENCE_END: Final = 0xE0DDFFFE
_ITEM_HEAD: Final = b"\xfe\xff\x00\xe0"
#: The group of items and delimiters, which have no VR.
_ITEMS: Final = 0xFFFE

#: Pixel data and its float kinds: what ends a header.
PIXELS: Final = frozenset({0x00087FE0, 0x00097FE0, 0x00107FE0})
_END_OF_ITEM: Final = frozenset({_ITEM_END})
#: SOPClassUID, SOPInstanceUID and ReferencedSOPInstanceUID: an item that has one of them refers to
#: another image.
_REFERENCES: Final = frozenset({0x00160008, 0x00180008, 0x11550008})
_SPECIFIC_CHARACTER_SET: Final = 0x00050008

#: Sequences in sequences in sequences: real headers have fewer than ten.
_DEEPEST: Final = 50


def _codes(vrs: Iterable[str]) -> dict[int, str]:
    return {int.from_bytes(vr.encode(), "little"): vr for vr in vrs}


#: The VRs by the number that their two letters are; those whose length has 2 bytes, and 4 bytes.
_SHORT: Final = _codes(WITH_SHORT_LENGTH)
_LONG: Final = _codes(WITH_LONG_LENGTH)
_SQ: Final = int.from_bytes(b"SQ", "little")
_SEQUENCES: Final = frozenset(code for code, vr in _LONG.items() if vr in ("SQ", "UN"))


def _private_run() -> re.Pattern[bytes]:
    odd = b"".join(b"\\x%02x" % byte for byte in range(1, 256, 2))
    vrs = "|".join(_SHORT.values()).encode()
    values = b"|".join(b"\\x%02x\0.{%d}" % (length, length) for length in range(0, 66, 2))
    # Not ++: the possessive quantifiers of Python 3.11.2 lose their place.
    return re.compile(b"(?:[%b]...(?:%b)(?:%b))+" % (odd, vrs, values), re.DOTALL)


#: Private elements with short values, one after the other. Half of a header may be these: matching
#: them takes less than half the time of walking over each.
_private_run_at: Final = _private_run().match

#: The head of an element: tag, then VR and length, or the length alone.
_explicit: Final = struct.Struct("<IHH").unpack_from
_implicit: Final = struct.Struct("<II").unpack_from
_long_length: Final = struct.Struct("<I").unpack_from

#: What reads the length of an element, and where that is: with a VR of the short ones, without VR.
LENGTH_EXPLICIT: Final = struct.Struct("<H").unpack_from, 6
LENGTH_IMPLICIT: Final = struct.Struct("<I").unpack_from, 4


class NotUnderstood(Exception):  # noqa: N818  # no error: pydicom reads it then
    """The bytes are not what PS3.5 says, or need a dictionary to be understood."""


class CutOff(NotUnderstood):
    """The bytes end within an element: there may be more of them in the file."""


def swapped(tag: int) -> int:
    """A tag as little endian files have it: group and element change places."""
    return tag >> 16 | (tag & 0xFFFF) << 16


def walk(  # noqa: PLR0917 - called by position, for speed
    data: bytes,
    position: int,
    end: int,
    places: Places,
    explicit: bool,
    ends: frozenset[int],
    private_bit: int = 0,
) -> int:
    """Note where the elements are, up to ``end`` or one of the tags ``ends``; where that is.

    An element that reaches beyond ``end`` is noted, and the place returned is where it ends. With
    ``private_bit`` 1, private elements are walked over and need not be noted. Raises CutOff, with
    the elements before it noted, where ``end`` is within the head of an element, or within one
    whose end is not said.
    """
    return _walk(data, position, end, places, explicit, ends, private_bit, 0)


def _walk(  # noqa: PLR0917 - called by position, for speed
    data: bytes,
    position: int,
    end: int,
    places: Places,
    explicit: bool,
    ends: frozenset[int],
    private_bit: int,
    depth: int,
) -> int:
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
    unpack, short, last = _explicit, _SHORT, end - 8
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
        elif tag & 0xFFFF == _ITEMS:
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
    unpack, last = _implicit, end - 8
    while position <= last:
        tag, length = unpack(data, position)
        if tag in ends:
            return position
        if tag & 0xFFFF == _ITEMS:
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
    tag, _ = _implicit(data, position)
    if tag == _ITEM:
        _, _, after = _item(data, position, end, explicit, depth)
        return after
    if tag in (_ITEM_END, _SEQUENCE_END):
        return position + 8
    raise NotUnderstood


def _after_sequence(data: bytes, position: int, end: int, key: int, depth: int) -> int:
    """Where an element without VR or stated length ends, if it is a sequence."""
    if position + 12 > end:
        raise CutOff
    vr = vr_of(swapped(key))
    if vr != "SQ" and (vr is not None or _implicit(data, position + 4)[1] != _ITEM):
        raise NotUnderstood
    return _after_items(data, position + 8, end, False, depth)


def _after_long(data: bytes, position: int, end: int, vr: int, depth: int) -> int:
    """Where the element of a VR with a long length ends."""
    if vr not in _LONG:
        if _is_padding(data, position, end):
            return end
        place = _value_without_vr(data, position, end)
        if place is None:
            raise NotUnderstood
        start, length = place
        if length == UNDEFINED_LENGTH:
            return _after_items(data, start, end, True, depth)
        return start + length
    if position + 12 > end:
        raise CutOff
    (length,) = _long_length(data, position + 8)
    if length != UNDEFINED_LENGTH:
        return position + 12 + int(length)
    if vr not in _SEQUENCES:
        raise NotUnderstood
    return _after_items(data, position + 12, end, True, depth)


def _value_without_vr(data: bytes, position: int, end: int) -> tuple[int, int] | None:
    """Where a value is, and how long, whose element has something else in the place of its VR.

    There are writers that leave the VR blank or have never heard of one, and writers that change to
    implicit VR for a while. It is what leads to another element; None where nothing does.
    """
    tag, vr, length = _explicit(data, position)
    is_named = _is_named(data, position)
    short, implicit = (position + 8, length), (position + 8, vr | length << 16)
    places = [short] if is_named else [short, implicit]
    if length == 0 and position + 12 <= end:
        # New VRs have long lengths (PS3.5 7.1.2).
        long = position + 12, *_long_length(data, position + 8)
        places.insert(0 if is_named else 2, long)
        if long[1] == UNDEFINED_LENGTH and data.startswith(_ITEM_HEAD, position + 12):
            return long
    for place in places:
        if _is_followed(data, sum(place), end, tag, vr):
            return place
    if sum(places[0]) + 8 > end:
        raise CutOff
    return None


def _is_followed(data: bytes, position: int, end: int, tag: int, vr: int) -> bool:
    """Whether an element can begin at a place, behind one with a tag and something for its VR.

    So it can where nothing more is.
    """
    if position + 8 > end:
        return position <= end and not any(data[position:end])
    next_tag, next_vr, _ = _explicit(data, position)
    if next_tag & 0xFFFF == _ITEMS or next_vr in _SHORT or next_vr in _LONG or next_vr == vr:
        return True
    return _is_next(next_tag, tag) or _is_padding(data, position, end)


def _is_padding(data: bytes, position: int, end: int) -> bool:
    """Whether nothing but zeros is behind a place."""
    return not any(data[position : position + 8]) and not any(data[position:end])


def _is_next(next_tag: int, tag: int) -> bool:
    """Whether a tag is one of the dictionary, and behind another one."""
    return swapped(next_tag) > swapped(tag) and vr_of(swapped(next_tag)) is not None


def element_at(data: bytes, position: int, explicit: bool) -> tuple[str | None, int, int]:
    """The element that begins at a noted place: its VR, where its value is, how long that is.

    The VR is None where the file does not say it; the length may be `UNDEFINED_LENGTH`.
    """
    if not explicit:
        _, length = _implicit(data, position)
        return None, position + 8, length
    _, code, length = _explicit(data, position)
    vr = _SHORT.get(code)
    if vr is not None:
        return vr, position + 8, length
    vr = _LONG.get(code)
    if vr is None:
        try:
            place = _value_without_vr(data, position, len(data))
        except CutOff:
            place = None
        return None, *(place or (position + 8, length))
    (length,) = _long_length(data, position + 8)
    return vr, position + 12, length


def says_vrs(data: bytes, position: int, end: int) -> bool:
    """Whether the elements from a place on say their VRs.

    Two capital letters are one, as pydicom judges. Where the first element has none, it is without
    one if another element follows then.
    """
    if _is_named(data, position):
        return True
    if position + 8 > end:
        return False
    tag, length = _implicit(data, position)
    after = position + 8 + length
    if after == end or (after + 8 <= end and _is_next(_implicit(data, after)[0], tag)):
        return False
    try:
        place = _value_without_vr(data, position, end)
    except CutOff:
        return False
    return place is not None and place != (position + 8, length)


def _is_named(data: bytes, position: int) -> bool:
    vr = data[position + 4 : position + 6]
    return vr.isupper() and vr.isalpha()


def length_of_pixels(head: bytes, explicit: bool) -> int | None:
    """How many bytes of pixel data an element has that begins so; None where it is not said."""
    if len(head) < 12:
        return None
    _, _, length = element_at(head, 0, explicit)
    return None if length == UNDEFINED_LENGTH else length


def end_of_items(data: bytes | bytearray, position: int, end: int) -> int:
    """Where the items from a place on end, which are without VRs and followed by a delimiter."""
    return _after_items(data, position, end, False, 0)  # type: ignore[arg-type]


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
        tag, vr, _ = _explicit(data, position)
        (length,) = _long_length(data, position + 8)
        if vr != _SQ:
            raise NotUnderstood
        inner: Places = {}
        after = _walk_first_item(data, position + 12, end, inner)
        if length != UNDEFINED_LENGTH:
            after = position + 12 + length
        elif after + 8 > end:
            raise NotUnderstood
        elif _implicit(data, after)[0] == _SEQUENCE_END:
            after += 8
        else:
            after = _after_items(data, after, end, True, 0)
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
    tag, length = _implicit(data, position)
    if tag != _ITEM:
        raise NotUnderstood
    begin = position + 8
    stop = end if length == UNDEFINED_LENGTH else begin + length
    if stop > end:
        raise NotUnderstood
    found = _walk(data, begin, stop, places, True, _END_OF_ITEM, 0, 0)
    if length == UNDEFINED_LENGTH:
        if found + 8 > end or _implicit(data, found)[0] != _ITEM_END:
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
    if depth > _DEEPEST:
        raise NotUnderstood
    if position + 8 > end:
        raise CutOff
    tag, length = _implicit(data, position)
    begin = position + 8
    if tag == _SEQUENCE_END:
        return _NO_ITEM, begin, begin
    if tag == _ITEM_END and not length:
        return _PASSED_OVER, begin, begin
    if tag != _ITEM:
        raise NotUnderstood
    if length != UNDEFINED_LENGTH:
        stop = after = begin + length
    else:
        has_vrs = explicit and says_vrs(data, begin, end)
        stop = _walk(data, begin, end, {}, has_vrs, _END_OF_ITEM, 1, depth + 1)
        after = stop + 8
    if after > end:
        raise CutOff
    return begin, stop, after


def _after_items(data: bytes, position: int, end: int, explicit: bool, depth: int) -> int:
    """Where a sequence that does not say its length ends."""
    if depth >= _DEEPEST:
        raise NotUnderstood
    begin = position
    while begin != _NO_ITEM:
        begin, _, position = _item(data, position, end, explicit, depth)
    return position
