"""Big endian data sets (PS3.5 A.3), retired long ago: their headers written in little endian."""

from __future__ import annotations

import struct
from array import array
from typing import Final

from metaprov_dicom.values.dictionary import vr_of
from metaprov_dicom.values.natural import is_written_as_text
from metaprov_dicom.values.vr import (
    BINARY_NUMBERS,
    UNDEFINED_LENGTH,
    WITH_LONG_LENGTH,
    WITH_SHORT_LENGTH,
    WORDS,
)

from .heads import DEEPEST, CutOff, NotUnderstood, swapped
from .walk import PIXELS, end_of_items

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

#: Those that the dictionary decides on, whatever is stated; and those that may be text then.
_NUMBERS: Final = frozenset({*BINARY_NUMBERS, "AT"})
_TEXTS: Final = (_SHORT | _LONG) - {vr.encode() for vr in (*_WORDS, "OB", "SQ", "UN")}
_SEQUENCES: Final = frozenset({b"SQ", b"UN"})

_Tag = tuple[int, int]
_ITEM: Final = (0xFFFE, 0xE000)
_ITEM_END: Final = (0xFFFE, 0xE00D)
_SEQUENCE_END: Final = (0xFFFE, 0xE0DD)
_END_OF_ITEM: Final = frozenset({_ITEM_END})
_NO_ENDS: Final[frozenset[_Tag]] = frozenset()
#: How items begin, and end, in little endian.
_IN_LITTLE_ENDIAN: Final = (b"\xfe\xff\0\xe0", b"\xfe\xff\xdd\xe0")
_PIXELS: Final = frozenset((tag >> 16, tag & 0xFFFF) for tag in map(swapped, PIXELS))
#: How long the head of the pixels is.
_HEAD_OF_PIXELS: Final = 12


def little_endian(data: bytes, start: int) -> tuple[bytes, bool]:
    """A data set that begins at ``start``, in little endian; and whether its pixels were reached.

    Everything stays in its place, and what is behind the head of the pixels is left out. Raises
    CutOff where the bytes end within an element, and NotUnderstood for what is not big endian.
    """
    turning = _Turning(data)
    end = len(data)
    position = turning.elements(start, end, _PIXELS, 0)
    has_pixels = position + _HEAD_OF_PIXELS <= end and position != end
    stop = position + _HEAD_OF_PIXELS if has_pixels else end
    return bytes(turning.turned[:stop]), has_pixels


class _Turning:
    """Bytes in big endian, and a copy that becomes little endian, all in the same places."""

    def __init__(self, data: bytes) -> None:
        self._data: Final = data
        self.turned: Final = bytearray(data)

    def elements(self, position: int, end: int, ends: frozenset[_Tag], depth: int) -> int:
        """Turn the elements up to ``end``, or the head of one of the tags ``ends``; where it is."""
        while position + 8 <= end:
            group, number, vr, length = _head(self._data, position)
            tag = group, number
            if group == _ITEM[0]:
                # Whether it belongs there is not decided here.
                self._head_of_item(position)
                if tag in ends:
                    return position
                position += 8
                continue
            # What is no VR is followed by a length of 2 bytes, one to come by one of 4.
            is_to_come = vr not in _SHORT and length == 0 and vr.isalpha() and vr.isupper()
            is_long = vr in _LONG or is_to_come
            begin = position + (12 if is_long else 8)
            if begin > end:
                raise CutOff
            _write_head(self.turned, position, group, number, vr, length)
            if is_long:
                (length,) = _long_length(self._data, position + 8)
                _write_long_length(self.turned, position + 8, length)
            if tag in ends:
                return position
            stop = position = begin + length
            if length == UNDEFINED_LENGTH:
                if vr not in _SEQUENCES:
                    raise NotUnderstood
                position = self._items(begin, end, True, depth)
            elif stop > end:
                raise CutOff
            else:
                self._value(begin, stop, group << 16 | number, vr, depth)
        return position

    def _value(self, begin: int, stop: int, tag: int, stated: bytes, depth: int) -> None:
        """Turn a value of stated length."""
        vr = _vr_of(tag, stated)
        if vr == "SQ":
            self._items(begin, stop, False, depth)
        elif vr in _WORDS:
            value = self._data[begin:stop]
            if stated in _TEXTS and is_written_as_text(vr, value):
                return
            words = array(_WORDS[vr])
            stop -= len(value) % words.itemsize
            words.frombytes(self._data[begin:stop])
            words.byteswap()
            self.turned[begin:stop] = words.tobytes()

    def _items(self, position: int, end: int, is_undefined: bool, depth: int) -> int:
        """Turn the items of a sequence; where it ends."""
        if self._data.startswith(_IN_LITTLE_ENDIAN, position):
            # As PS3.5 6.2.2 has it for UN: in little endian, without VRs; some write them with VRs.
            return end_of_items(self._data, position, end, True) if is_undefined else end
        if depth >= DEEPEST:
            raise NotUnderstood
        while position + 8 <= end:
            tag, length = self._head_of_item(position)
            position += 8
            if tag == _SEQUENCE_END:
                return position
            if tag == _ITEM and length == UNDEFINED_LENGTH:
                position = self.elements(position, end, _END_OF_ITEM, depth + 1) + 8
            elif tag == _ITEM:
                stop = position + length
                if stop > end:
                    raise CutOff
                self.elements(position, stop, _NO_ENDS, depth + 1)
                position = stop
            elif tag != _ITEM_END:
                raise NotUnderstood
        if is_undefined or position > end:
            raise CutOff
        return end

    def _head_of_item(self, position: int) -> tuple[_Tag, int]:
        """Turn the head of an item or a delimiter; its tag and length."""
        group, number, length = _tag_and_length(self._data, position)
        _write_tag_and_length(self.turned, position, group, number, length)
        return (group, number), length


def _vr_of(tag: int, stated: bytes) -> str:
    """By which VR a value is turned: the dictionary's, where it is decoded by that."""
    vr = stated.decode("latin-1")
    known = None if tag >> 16 & 1 else vr_of(tag)
    by_dictionary = (known or "").partition(" ")[0]
    if vr == "UN" or (stated not in _SHORT and stated not in _LONG):
        return by_dictionary
    if by_dictionary == "SQ":
        return "SQ" if vr == "OB" or vr in WORDS else vr
    return by_dictionary if by_dictionary in _NUMBERS and vr not in _WORDS else vr
