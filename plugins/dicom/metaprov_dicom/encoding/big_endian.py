"""Big endian data sets (PS3.5 A.3), retired long ago: their headers written in little endian."""

from __future__ import annotations

import struct
from array import array
from typing import Final

from metaprov_dicom.values.dictionary import vr_of
from metaprov_dicom.values.vr import (
    BINARY_NUMBERS,
    UNDEFINED_LENGTH,
    WITH_LONG_LENGTH,
    WITH_SHORT_LENGTH,
    WORDS,
)

from .walk import PIXELS, CutOff, NotUnderstood, end_of_items, swapped

__all__ = ["little_endian"]

_UNSIGNED: Final = {2: "H", 4: "I", 8: "Q"}
#: How many bytes are swapped together, as the type that `array` has for them.
_WORDS: Final = {
    **{vr: _UNSIGNED[struct.calcsize(f"={code}")] for vr, code in BINARY_NUMBERS.items()},
    **WORDS,
    "AT": "H",
}
_SHORT: Final = frozenset(vr.encode() for vr in WITH_SHORT_LENGTH)
_LONG: Final = frozenset(vr.encode() for vr in WITH_LONG_LENGTH)

_tag_and_length: Final = struct.Struct(">HHI").unpack_from
_write_tag_and_length: Final = struct.Struct("<HHI").pack_into
_head: Final = struct.Struct(">HH2sH").unpack_from
_write_head: Final = struct.Struct("<HH2sH").pack_into
_long_length: Final = struct.Struct(">I").unpack_from
_write_long_length: Final = struct.Struct("<I").pack_into

_ITEM: Final = (0xFFFE, 0xE000)
_ITEM_END: Final = (0xFFFE, 0xE00D)
_SEQUENCE_END: Final = (0xFFFE, 0xE0DD)
#: How items begin, and end, in little endian.
_IN_LITTLE_ENDIAN: Final = (b"\xfe\xff\0\xe0", b"\xfe\xff\xdd\xe0")
_NUMBERS_IN_TEXT: Final = b"0123456789+-.eE \\\0"
_PIXELS: Final = frozenset((tag >> 16, tag & 0xFFFF) for tag in map(swapped, PIXELS))
_DEEPEST: Final = 50


def little_endian(data: bytes, start: int) -> tuple[bytes, bool]:
    """A data set that begins at ``start``, in little endian; and whether its pixels were reached.

    Everything stays in its place, and what is behind the head of the pixels is left out. Raises
    CutOff where the bytes end within an element, and NotUnderstood for what is not big endian.
    """
    turned = bytearray(data)
    end = len(turned)
    position = _turn_elements(turned, start, end, _PIXELS, 0)
    has_pixels = position + 12 <= end and position != end
    return bytes(turned[: position + 12] if has_pixels else turned), has_pixels


def _turn_elements(
    data: bytearray, position: int, end: int, ends: frozenset[tuple[int, int]], depth: int
) -> int:
    """Turn the elements up to ``end``, or one of the tags ``ends`` and its head; where it is."""
    while position + 8 <= end:
        group, number, vr, length = _head(data, position)
        tag = group, number
        if group == _ITEM[0]:
            # Whether it belongs there is not decided here.
            _turn_item(data, position)
            if tag in ends:
                return position
            position += 8
            continue
        # What is no VR is followed by a length of 2 bytes, one to come by one of 4: see `walk`.
        is_to_come = vr not in _SHORT and length == 0 and vr.isalpha() and vr.isupper()
        is_long = vr in _LONG or is_to_come
        begin = position + (12 if is_long else 8)
        if begin > end:
            raise CutOff
        _write_head(data, position, group, number, vr, length)
        if is_long:
            (length,) = _long_length(data, position + 8)
            _write_long_length(data, position + 8, length)
        if tag in ends:
            return position
        position = _turn_value(data, begin, length, end, group << 16 | number, vr, depth)
    return position


def _turn_value(  # noqa: PLR0917 - what is known of an element
    data: bytearray, begin: int, length: int, end: int, tag: int, vr: bytes, depth: int
) -> int:
    """Turn the value of an element; where it ends."""
    is_undefined = length == UNDEFINED_LENGTH
    stop = end if is_undefined else begin + length
    if stop > end:
        raise CutOff
    kind = "SQ" if vr == b"UN" and is_undefined else _kind_of(tag, vr, data, begin, stop)
    if kind == "SQ":
        if not data.startswith(_IN_LITTLE_ENDIAN, begin):
            return _turn_items(data, begin, stop, is_undefined, depth)
        # As PS3.5 6.2.2 has it for UN: in little endian, without VRs.
        return end_of_items(data, begin, end) if is_undefined else stop
    if is_undefined:
        raise NotUnderstood
    type = _WORDS.get(kind, "")
    if type:
        words = array(type)
        words.frombytes(data[begin : stop - length % words.itemsize])
        words.byteswap()
        data[begin : stop - length % words.itemsize] = words.tobytes()
    return stop


def _kind_of(tag: int, stated: bytes, data: bytearray, begin: int, stop: int) -> str:
    """By which VR a value is turned: of binary numbers by the dictionary's, whatever is stated."""
    vr = stated.decode("latin-1")
    if vr == "SQ" or vr in _WORDS:
        return vr
    known = None if tag >> 16 & 1 else vr_of(tag)
    kind = (known or "").partition(" ")[0]
    if vr == "UN" or (stated not in _SHORT and stated not in _LONG):
        return kind
    if kind not in _WORDS:
        return vr
    is_text = vr != "OB" and not data[begin:stop].translate(None, _NUMBERS_IN_TEXT)
    return vr if is_text else kind


def _turn_items(data: bytearray, position: int, end: int, is_undefined: bool, depth: int) -> int:
    """Turn the items of a sequence; where it ends."""
    if depth >= _DEEPEST:
        raise NotUnderstood
    while position + 8 <= end:
        tag, length = _turn_item(data, position)
        position += 8
        if tag == _SEQUENCE_END:
            return position
        if tag == _ITEM:
            stop = end if length == UNDEFINED_LENGTH else position + length
            if stop > end:
                raise CutOff
            ends = frozenset({_ITEM_END}) if length == UNDEFINED_LENGTH else frozenset()
            found = _turn_elements(data, position, stop, ends, depth + 1)
            position = stop if length != UNDEFINED_LENGTH else found + 8
        elif tag != _ITEM_END:
            raise NotUnderstood
    if is_undefined or position > end:
        raise CutOff
    return end


def _turn_item(data: bytearray, position: int) -> tuple[tuple[int, int], int]:
    """Turn the head of an item or a delimiter; its tag and length."""
    group, number, length = _tag_and_length(data, position)
    _write_tag_and_length(data, position, group, number, length)
    return (group, number), length
