"""The elements of a whole file: long values are still in it, and others have the same places."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_dicom.instance.elements import TRANSFER_SYNTAX_UID
from metaprov_dicom.instance.instance import Element
from metaprov_dicom.instance.not_read_yet import UnreadValue
from metaprov_dicom.values.charsets import SPECIFIC_CHARACTER_SET

from .elements import ELSEWHERE, PRIVATE, WalkedElements, without_what_is_left_out
from .heads import swapped
from .memo import KNOWN_ITEMS, KNOWN_VALUES, LONGEST_KNOWN, keep_items
from .shared_places import WantedPlaces
from .walk import (
    LENGTH_EXPLICIT,
    LENGTH_IMPLICIT,
    Places,
    element_at,
    length_of_pixels,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metaprov_dicom.instance.fields import ValueOf
    from metaprov_dicom.instance.instance import Instance, Wanted

    from .shared_places import SharedPlaces, Spans

__all__ = ["HEAD_OF_PIXELS", "HeaderElements", "LargeValue"]

#: How many bytes of the element of the pixels are kept: its tag, its VR, its length.
HEAD_OF_PIXELS: Final = 12
_META_GROUP: Final = 0x0002
_SPECIFIC_CHARACTER_SET: Final = swapped(SPECIFIC_CHARACTER_SET)
_PIXEL_REPRESENTATION: Final = swapped(0x00280103)
#: Of how many rows of attributes the places are kept, of each layout; how long these are.
_MOST_WANTED: Final = 32
_FEWEST_WANTED: Final = 2
_known_value: Final = KNOWN_VALUES.get
_NO_ENDS: Final[frozenset[int]] = frozenset()


class LargeValue(NamedTuple):
    """A value that was left in the file."""

    #: If the file says it.
    vr: str | None
    length: int
    read: Callable[[], bytes]


class HeaderElements(WalkedElements):
    """The elements of a file."""

    __slots__ = ("_large", "_noted_from", "_pixels", "_shared", "_transfer_syntax")

    def __init__(  # noqa: PLR0917 - all that is known of a header, once
        self,
        data: bytes,
        places: Places,
        explicit: bool,
        transfer_syntax: bytes,
        large: Mapping[int, LargeValue],
        noted_from: int | None,
        pixels: bytes,
        shared: SharedPlaces | None = None,
    ) -> None:
        """``large`` has the values that were left in the file, by the keys of their tags.

        Private elements from ``noted_from`` on are noted when one of them is asked for: a header
        may have hundreds of them, and few ask. ``pixels`` is how the element of the pixels begins,
        nothing where there is none. ``shared`` is what follows from the places, if they are those
        of other headers too.
        """
        super().__init__(data, places, explicit)
        # Where no VR tells them apart, all were noted at once.
        self._noted_from = noted_from if explicit else None
        self._transfer_syntax: Final = transfer_syntax
        self._large: Final = large
        self._pixels: Final = pixels
        self._shared: Final = shared

    def tags(self) -> list[int]:
        self._note_private_elements()
        return super().tags()

    def tags_of_group(self, group: int) -> tuple[int, ...]:
        shared = self._shared
        if shared is None:
            return super().tags_of_group(group)
        tags = shared.tags_of_group.get(group)
        if tags is None:
            # Not by the bytes: another header of the layout has others.
            tags = shared.tags_of_group[group] = self._tags_of_group(group)
        return tags

    def values_of(self, wanted: Wanted, value_of: ValueOf) -> list[Any]:
        shared = self._shared
        # Of a single one, what cuts them out would make no tuple.
        if shared is None or len(wanted.tags) < _FEWEST_WANTED:
            return super().values_of(wanted, value_of)
        places = shared.wanted.get(wanted)
        if places is None:
            places = self._wanted_places(wanted)
            if len(shared.wanted) < _MOST_WANTED:
                shared.wanted[wanted] = places
        values = list(map(_known_value, places.elements_in(self._data)))
        for row, tag, position in places.there:
            if values[row] is None:
                values[row] = self._known_value(tag, position, value_of)
        return values

    def _wanted_places(self, wanted: Wanted) -> WantedPlaces:
        if any(tag & PRIVATE for tag in wanted.tags if tag is not None):
            self._note_private_elements()
        length_at, offset = LENGTH_EXPLICIT if self._explicit else LENGTH_IMPLICIT
        cuts, there = [], []
        for row, (tag, key) in enumerate(zip(wanted.tags, wanted.keys, strict=True)):
            position, end = self._places.get(key), 0
            if tag is not None and position is not None:
                there.append((row, tag, position))
                if position != ELSEWHERE and not self.needs_creator(tag, position):
                    (length,) = length_at(self._data, position + offset)
                    end = position + 8 + length if length <= LONGEST_KNOWN else 0
            cuts.append(slice(position if end else 0, end))
        return WantedPlaces(itemgetter(*cuts), tuple(there))

    def _all_items(
        self, tag: int, data: bytes, start: int, end: int | None
    ) -> tuple[Instance, ...]:
        position = self._places[swapped(tag)]
        if self._shared is None or position == ELSEWHERE:
            return super()._all_items(tag, data, start, end)
        # What an item says depends on these two of its image, and in a series all of it is mostly
        # that of the image before.
        written, places = b"", {}
        for key in (_SPECIFIC_CHARACTER_SET, _PIXEL_REPRESENTATION):
            if key in self._places:
                places[key] = len(written)
                written += self._written(self._places[key])
        places[swapped(tag)] = len(written)
        written += data[position : self._end_of_sequence(self._shared, position)]
        known = KNOWN_ITEMS.get((self._explicit, written))
        if known is None:
            # Of these alone, so that what is kept does not keep the whole header.
            alone = WalkedElements(written, places, self._explicit)
            known = alone.plain_items(tag)
            if known is None:
                return super()._all_items(tag, data, start, end)
            keep_items(self._explicit, written, known)
        return known

    def _written(self, position: int) -> bytes:
        _, start, length = element_at(self._data, position, self._explicit)
        return self._data[position : start + length]

    def _end_of_sequence(self, shared: SharedPlaces, position: int) -> int:
        """Where the next element begins, or one behind it that is not noted."""
        end = shared.ends.get(position)
        if end is None:
            places = self._places.values()
            end = min((place for place in places if place > position), default=len(self._data))
            shared.ends[position] = end
        return end

    def length_of_pixels(self) -> int | None:
        return length_of_pixels(self._pixels, self._explicit)

    def _note_private_elements(self) -> None:
        if self._noted_from is not None:
            shared = self._shared
            if shared is not None and shared.with_private is not None:
                self._places = shared.with_private
                self._noted_from = None
                return
            places: Places = {}
            walk(self._data, self._noted_from, len(self._data), places, self._explicit, _NO_ENDS)
            # What is noted already is noted as it is to be.
            places = without_what_is_left_out(places)
            places.update(self._places)
            if shared is not None:
                shared.with_private = places
            self._places = places
            self._noted_from = None

    def _spans(self) -> Spans:
        shared = self._shared
        if shared is None:
            return super()._spans()
        if shared.spans is None:
            shared.spans = super()._spans()
        return shared.spans

    def _is_elsewhere(self, group: int) -> bool:
        return group == _META_GROUP or any(key & 0xFFFF == group for key in self._large)

    def _elsewhere(self, tag: int) -> tuple[str | None, bytes]:
        if tag == TRANSFER_SYNTAX_UID:
            return "UI", self._transfer_syntax
        large = self._large[swapped(tag)]
        return large.vr, large.read()

    def _element_elsewhere(self, tag: int) -> Element:
        large = self._large[swapped(tag)]
        vr = self.vr(tag, large.vr)
        if vr == "SQ":
            return self.element_of_items(tag)
        return Element(tag, vr.partition(" ")[0], UnreadValue(large.read, large.length), ())
