"""The header of a file, found by walking over its first bytes.

Most headers are in the first 8 KB; more is read where it is needed. A long value, which few ask
for, stays in the file, and so do the pixels.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from metaprov_core import MetadataReadError
from metaprov_dicom.encoding.elements import ELSEWHERE, without_what_is_left_out
from metaprov_dicom.encoding.header_elements import HEAD_OF_PIXELS, HeaderElements, LargeValue
from metaprov_dicom.encoding.heads import CutOff, NotUnderstood, swapped
from metaprov_dicom.encoding.layouts import HeaderLayout, HeaderLayouts
from metaprov_dicom.encoding.walk import PIXELS, Places, element_at, walk
from metaprov_dicom.encoding.without_vr import says_vrs

from .cut_off import ends_before_its_series
from .meta import meta_in
from .plain_encoding import in_plain_encoding
from .sources import FIRST_READ, GROWTH
from .transfer_syntaxes import BIG_ENDIAN, IMPLICIT_VR, READ_BY_PYDICOM

if TYPE_CHECKING:
    from .sources import HeaderSource

__all__ = ["LAYOUTS", "walked_header"]

#: A value that reaches further than this beyond what was read stays in the file.
_LONGEST_GAP: Final = 64 * 1024

_TRANSFER_SYNTAX_KEY: Final = swapped(0x00020010)
_SOP_CLASS_KEY: Final = swapped(0x00080016)

#: The layouts of the headers that were read so far.
LAYOUTS: Final = HeaderLayouts()


def walked_header(source: HeaderSource) -> HeaderElements:
    """The elements of a file before its pixels.

    Raises NotUnderstood where pydicom has to read it: without DICM at byte 128, damaged ...; and
    MetadataReadError where the bytes cannot be read, or inflated.
    """
    data = source.read(FIRST_READ, 0)
    layout = LAYOUTS.layout_of(data)
    if layout is None:
        return _walked(source, data)
    start, end, explicit, transfer_syntax, places, shared = layout
    pixels = data[end : end + HEAD_OF_PIXELS]
    return HeaderElements(
        data[:end],
        places,
        explicit,
        transfer_syntax,
        {},
        start,
        pixels,
        0,
        source.version,
        shared,
    )


def _walked(source: HeaderSource, data: bytes) -> HeaderElements:
    meta = meta_in(data)
    transfer_syntax, start = meta.transfer_syntax, meta.end
    if transfer_syntax in READ_BY_PYDICOM:
        raise NotUnderstood
    plain = in_plain_encoding(source, meta)
    if plain is not source:
        data = plain.read(FIRST_READ, 0)
        start = meta_in(data).end
    explicit = transfer_syntax != IMPLICIT_VR
    # The command set of a message, and what is not written in the way that the file says.
    if data[start : start + 2] == b"\0\0" or says_vrs(data, start, len(data)) != explicit:
        raise NotUnderstood
    header = _Header(plain, data, start, explicit)
    header.find()
    if plain is source and header.noted_from is not None and header.pixels:
        # The pixels begin within the first bytes.
        end = len(header.data)
        layout = HeaderLayout(start, end, explicit, transfer_syntax, header.places)
        LAYOUTS.count(data, layout)
    return HeaderElements(
        header.data,
        header.places,
        explicit,
        transfer_syntax,
        header.large,
        header.noted_from,
        header.pixels,
        # Of a deflated file, places are those in the same file inflated.
        header.left_out + (meta.end - start if transfer_syntax == BIG_ENDIAN else 0),
        source.version,
    )


class _Header:
    """A header that is being found."""

    def __init__(self, source: HeaderSource, data: bytes, start: int, explicit: bool) -> None:
        self._source = source
        # Not judged by the size of the source, which may be less than there is.
        self._has_ended = len(data) < FIRST_READ
        #: How far the walk has come.
        self._position = start
        self._explicit = explicit
        #: Where the walk began; None where private elements are noted too.
        self.noted_from: int | None = start
        #: How many bytes of the file were left out before the end of ``data``.
        self.left_out = 0
        self._next_read = FIRST_READ
        self.data = data
        self.places: Places = {}
        #: The values that were left in the file, by the keys of their tags.
        self.large: dict[int, LargeValue] = {}
        #: How the element of the pixels begins; nothing where there is none.
        self.pixels = b""

    def find(self) -> None:
        """Walk to the pixels, or to the end of the file."""
        while not self._walk():
            if self.noted_from is not None:
                # Start again, and note private elements too: once values are left out of the
                # bytes, these cannot be walked again.
                self._position, self.noted_from = self.noted_from, None
                continue
            if self._position - len(self.data) > _LONGEST_GAP and self._may_leave_out():
                self._leave_out()
            if not self._has_ended:
                self._read_on()
        if not self.places.keys().isdisjoint(PIXELS):
            raise NotUnderstood
        position = self._position
        if position <= len(self.data) - 8:
            self.pixels = self.data[position : position + HEAD_OF_PIXELS]
        elif self._lacks_the_rest():
            raise NotUnderstood
        places = without_what_is_left_out(self.places)
        places[_TRANSFER_SYNTAX_KEY] = ELSEWHERE
        # Nobody needs the first few pixels.
        self.data = self.data[:position]

    def _walk(self) -> bool:
        """Walk over what was read; return whether that is the whole header."""
        end, places, is_all = len(self.data), self.places, self._has_ended
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

    def _lacks_the_rest(self) -> bool:
        """Whether the file ends between two elements, too early for an image."""
        place = self.places.get(_SOP_CLASS_KEY)
        if place is None:
            return False
        _, start, length = element_at(self.data, place, self._explicit)
        sop_class = str(self.data[start : start + length], "latin-1")
        return ends_before_its_series(sop_class, max(map(swapped, self.places)))

    def _may_leave_out(self) -> bool:
        return self._source.version is not None and self._source.size is not None

    def _leave_out(self) -> None:
        """Leave the value of the last element where it is."""
        key = next(reversed(self.places))
        vr, start, length = element_at(self.data, self.places[key], self._explicit)
        end = start + length + self.left_out
        source = self._source
        if start + length != self._position or end > (source.size or 0):
            raise NotUnderstood
        read = partial(_read_value, source, source.version, start + self.left_out, length)
        self.large[key] = LargeValue(vr, length, read)
        self.places[key] = ELSEWHERE
        self._position = len(self.data)
        self.left_out = end - self._position

    def _read_on(self) -> None:
        self._next_read *= GROWTH
        start = len(self.data) + self.left_out
        length = max(self._next_read, self._position - len(self.data))
        more = self._source.read(length, start)
        self._has_ended = len(more) < length
        self.data += more


def _read_value(source: HeaderSource, version: object, start: int, length: int) -> bytes:
    value = source.read(length, start)
    if source.version != version or len(value) != length:
        raise MetadataReadError(source.name, "the file has changed since its header was read")
    return value
