"""The header of a file, found by walking over its first bytes.

Most headers are in the first 8 KB; more is read where it is needed. A long value, which few ask
for, stays in the file, and so do the pixels.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from metaprov_core import MetadataReadError
from metaprov_dicom.encoding.elements import (
    ELSEWHERE,
    HeaderElements,
    LargeValue,
    without_what_is_left_out,
)
from metaprov_dicom.encoding.layouts import HeaderLayout, HeaderLayouts
from metaprov_dicom.encoding.walk import (
    PIXELS,
    CutOff,
    NotUnderstood,
    Places,
    element_at,
    has_vr,
    swapped,
    walk,
)

from .open import HeaderFile

__all__ = ["LAYOUTS", "walked_header"]

_FIRST_READ: Final = 8 * 1024
#: A value that reaches further than this beyond what was read stays in the file.
_LONGEST_GAP: Final = 64 * 1024
#: Each further read is this many times as long as the one before.
_GROWTH: Final = 8

_META: Final = 128 + len(b"DICM")
_META_GROUP: Final = 2
_META_GROUP_LENGTH: Final = b"\2\0\0\0UL\4\0"
_TRANSFER_SYNTAX_KEY: Final = swapped(0x00020010)
_IMPLICIT_VR: Final = b"1.2.840.10008.1.2"
#: Big endian, deflated, and one that is little endian but for its pixels.
_READ_BY_PYDICOM: Final = frozenset(
    {b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.1.99", b"1.2.840.113619.5.2"}
)
_NO_ENDS: Final[frozenset[int]] = frozenset()

#: The layouts of the headers that were read so far.
LAYOUTS: Final = HeaderLayouts()


def walked_header(file: HeaderFile) -> HeaderElements:
    """The elements of a file before its pixels.

    Raises NotUnderstood where pydicom has to read it: big endian, deflated, without DICM at byte
    128, damaged ...
    """
    data = file.read(_FIRST_READ)
    layout = LAYOUTS.layout_of(data)
    if layout is None:
        return _walked(file, data)
    start, end, explicit, transfer_syntax, places = layout
    return HeaderElements(data[:end], places, explicit, transfer_syntax, {}, start)


def _walked(file: HeaderFile, data: bytes) -> HeaderElements:
    start, transfer_syntax = _meta(data)
    explicit = transfer_syntax != _IMPLICIT_VR
    # The command set of a message, and what is not written in the way that the file says.
    if data[start : start + 2] == b"\0\0" or has_vr(data, start) != explicit:
        raise NotUnderstood
    header = _Header(file, data, start, explicit)
    header.find()
    end = len(header.data)
    if header.noted_from is not None and end + 8 <= len(data):
        # The pixels begin within the first bytes.
        layout = HeaderLayout(start, end, explicit, transfer_syntax, header.places)
        LAYOUTS.count(data, layout)
    return HeaderElements(
        header.data, header.places, explicit, transfer_syntax, header.large, header.noted_from
    )


def _meta(data: bytes) -> tuple[int, bytes]:
    """Where the file meta information ends, and the transfer syntax that it names."""
    if data[128:_META] != b"DICM" or data[_META : _META + 8] != _META_GROUP_LENGTH:
        raise NotUnderstood
    end = _META + 12 + int.from_bytes(data[_META + 8 : _META + 12], "little")
    places: Places = {}
    if end + 8 > len(data) or walk(data, _META, end, places, True, _NO_ENDS) != end:
        raise NotUnderstood
    if data[end : end + 2] == b"\2\0" or _TRANSFER_SYNTAX_KEY not in places:
        raise NotUnderstood
    if {key & 0xFFFF for key in places} != {_META_GROUP}:
        raise NotUnderstood
    _, start, length = element_at(data, places[_TRANSFER_SYNTAX_KEY], True)
    transfer_syntax = data[start : start + length].strip(b" \0")
    if transfer_syntax in _READ_BY_PYDICOM or not transfer_syntax.replace(b".", b"").isdigit():
        raise NotUnderstood
    return end, transfer_syntax


class _Header:
    """A header that is being found."""

    def __init__(self, file: HeaderFile, data: bytes, start: int, explicit: bool) -> None:
        self._file = file
        #: How far the walk has come.
        self._position = start
        self._explicit = explicit
        #: Where the walk began; None where private elements are noted too.
        self.noted_from: int | None = start
        #: How many bytes of the file were left out before the end of ``data``.
        self._left_out = 0
        self._next_read = _FIRST_READ
        self.data = data
        self.places: Places = {}
        #: The values that were left in the file, by the keys of their tags.
        self.large: dict[int, LargeValue] = {}

    def find(self) -> None:
        """Walk to the pixels, or to the end of the file."""
        while not self._walk():
            if self.noted_from is not None:
                # Start again, and note private elements too: once values are left out of the
                # bytes, these cannot be walked again.
                self._position, self.noted_from = self.noted_from, None
                continue
            if self._position - len(self.data) > _LONGEST_GAP:
                self._leave_out()
            if not self._has_all():
                self._read_on()
        if not self.places.keys().isdisjoint(PIXELS):
            raise NotUnderstood
        places = without_what_is_left_out(self.places)
        places[_TRANSFER_SYNTAX_KEY] = ELSEWHERE
        # Nobody needs the first few pixels.
        self.data = self.data[: self._position]

    def _walk(self) -> bool:
        """Walk over what was read; return whether that is the whole header."""
        end, places, is_all = len(self.data), self.places, self._has_all()
        try:
            self._position = walk(
                self.data,
                self._position,
                end,
                places,
                self._explicit,
                PIXELS,
                0 if self.noted_from is None else 1,
            )
        except CutOff:
            if is_all:
                raise
            # Once more from the last element, when there is more.
            self._position = max(self._position, places[next(reversed(places))] if places else 0)
            return False
        if is_all and self._ends_early(end):
            raise NotUnderstood
        return is_all or self._position <= end - 8

    def _ends_early(self, end: int) -> bool:
        """Whether the value of the last element is cut off, or the head of one behind it."""
        if self._position > end - 8:
            return self._position > end or bool(self.data[self._position :].strip(b"\0"))
        return False

    def _has_all(self) -> bool:
        return len(self.data) + self._left_out >= self._file.size

    def _leave_out(self) -> None:
        """Leave the value of the last element in the file."""
        key = next(reversed(self.places))
        vr, start, length = element_at(self.data, self.places[key], self._explicit)
        end = start + length + self._left_out
        if start + length != self._position or end > self._file.size:
            raise NotUnderstood
        file = self._file
        read = partial(_read_value, file.path, file.version, start + self._left_out, length)
        self.large[key] = vr, read
        self.places[key] = ELSEWHERE
        self._position = len(self.data)
        self._left_out = end - self._position

    def _read_on(self) -> None:
        self._next_read *= _GROWTH
        start = len(self.data) + self._left_out
        more = self._file.read(max(self._next_read, self._position - len(self.data)), start)
        if not more:
            raise NotUnderstood
        self.data += more


def _read_value(path: str, version: tuple[int, ...], start: int, length: int) -> bytes:
    with HeaderFile(path) as file:
        value = file.read(length, start)
        if file.version != version or len(value) != length:
            raise MetadataReadError(path, "the file has changed since its header was read")
    return value
