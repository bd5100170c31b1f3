"""The elements of a whole file: long values are still in it, and others have the same places."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_dicom.instance.elements import TRANSFER_SYNTAX_UID
from metaprov_dicom.instance.instance import Element
from metaprov_dicom.instance.not_read_yet import UnreadValue
from metaprov_dicom.instance.place_of_pixels import PlaceOfPixels
from metaprov_dicom.values.charsets import SPECIFIC_CHARACTER_SET
from metaprov_dicom.values.vr import UNDEFINED_LENGTH

from .elements import ELSEWHERE, PRIVATE, WalkedElements, without_what_is_left_out
from .heads import swapped
from .memo import KNOWN_ITEMS, KNOWN_VALUES, LONGEST_KNOWN, keep_items
from .shared_places import SequencePlace, WantedPlaces
from .walk import (
    Places,
    element_at,
    length_of_pixels,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metaprov_dicom.instance.fields import ValueOf
    from metaprov_dicom.instance.instance import Instance, Wanted

    from .shared_places import SharedPlaces, Spans

__all__ = ["HEAD_OF_PIXELS", "HeaderElements", "LargeValue"]

#: How many bytes of the element of the pixels are kept: its tag, its VR, its length.
HEAD_OF_PIXELS: Final = 12
_META_GROUP: Final = 0x0002
_BIG_ENDIAN: Final = b"1.2.840.10008.1.2.2"
#: What an item says depends on these two attributes of its image: SpecificCharacterSet and
#: PixelRepresentation.
_DECIDING: Final = (swapped(SPECIFIC_CHARACTER_SET), swapped(0x00280103))
_NOTHING: Final = slice(0, 0)
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

    __slots__ = (
        "_large",
        "_left_out",
        "_noted_from",
        "_pixels",
        "_shared",
        "_transfer_syntax",
        "_version",
    )

    def __init__(  # noqa: PLR0917 - all that is known of a header, once
        self,
        data: bytes,
        places: Places,
        explicit: bool,
        transfer_syntax: bytes,
        large: Mapping[int, LargeValue],
        noted_from: int | None,
        pixels: bytes,
        left_out: int,
        version: object,
        shared: SharedPlaces | None = None,
    ) -> None:
        """``large`` has the values that were left in the file, by the keys of their tags.

        Private elements from ``noted_from`` on are noted when one of them is asked for: a header
        may have hundreds of them, and few ask. ``pixels`` is how the element of the pixels begins,
        nothing where there is none; ``left_out`` is how many bytes of the file before them are not
        in the data, and ``version`` that of their source. ``shared`` is what follows from the
        places, if they are those of other headers too.
        """
        super().__init__(data, places, explicit)
        # Where no VR tells them apart, all were noted at once.
        self._noted_from = noted_from if explicit else None
        self._transfer_syntax: Final = transfer_syntax
        self._large: Final = large
        self._pixels: Final = pixels
        self._left_out: Final = left_out
        self._version: Final = version
        self._shared: Final = shared

    def tags(self) -> list[int]:
        self._note_private_elements()
        shared = self._shared
        if shared is None:
            return super().tags()
        if shared.tags is None:
            shared.tags = tuple(super().tags())
        return list(shared.tags)

    def tags_of_groups(self, groups: Sequence[int]) -> tuple[int, ...]:
        shared = self._shared
        if shared is None or type(groups) is not tuple:
            return super().tags_of_groups(groups)
        tags = shared.tags_of_groups.get(groups)
        if tags is None:
            # Not by the bytes: another header of the layout has others.
            tags = self._tags_of_groups(groups)
            if len(shared.tags_of_groups) < _MOST_WANTED:
                shared.tags_of_groups[groups] = tags
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
        for row, tag, start, end in places.sequences:
            values[row] = self._all_items(tag, self._data, start, end)
        return values

    def _wanted_places(self, wanted: Wanted) -> WantedPlaces:
        if any(tag & PRIVATE for tag in wanted.tags if tag is not None):
            self._note_private_elements()
        cuts, there, sequences = [], [], []
        for row, (tag, key) in enumerate(zip(wanted.tags, wanted.keys, strict=True)):
            position, cut = self._places.get(key), _NOTHING
            if tag is not None and position is not None:
                vr, start, end = self._at(tag, position)
                if vr == "SQ":
                    sequences.append((row, tag, start, end))
                # An element without a value has none in every header of the layout.
                elif start != end:
                    there.append((row, tag, position))
                    if end and start == position + 8 and end - start <= LONGEST_KNOWN:
                        cut = slice(position, end)
            cuts.append(cut)
        return WantedPlaces(itemgetter(*cuts), tuple(there), tuple(sequences))

    def _at(self, tag: int, position: int) -> tuple[str | None, int, int | None]:
        """The VR of an element at a place, and where its value begins and ends.

        The VR is None where it depends on more than the layout, and the end where that is not said.
        """
        if position == ELSEWHERE or self.needs_creator(tag, position):
            return None, 0, None
        stated, start, length = element_at(self._data, position, self._explicit)
        if length == UNDEFINED_LENGTH:
            return "SQ", start, None
        return self.vr(tag, stated), start, start + length

    def _all_items(
        self, tag: int, data: bytes, start: int, end: int | None
    ) -> tuple[Instance, ...]:
        shared = self._shared
        if shared is None or data is not self._data:
            return super()._all_items(tag, data, start, end)
        place = shared.sequences.get(tag)
        if place is None:
            place = shared.sequences[tag] = self._sequence_place(tag)
        # In a series all of it is mostly that of the image before.
        written = b"".join(place.parts_in(data))
        known = KNOWN_ITEMS.get((self._explicit, written))
        if known is None:
            # Of these alone, so that what is kept does not keep the whole header.
            alone = WalkedElements(written, place.places, self._explicit)
            known = alone.plain_items(tag)
            if known is None:
                return super()._all_items(tag, data, start, end)
            keep_items(self._explicit, written, known)
        return known

    def _sequence_place(self, tag: int) -> SequencePlace:
        cuts, places, length = [], {}, 0
        for key in (*_DECIDING, swapped(tag)):
            position = self._places.get(key, ELSEWHERE)
            cut = _NOTHING if position == ELSEWHERE else slice(position, self._end_of(position))
            if cut is not _NOTHING:
                places[key] = length
            length += cut.stop - cut.start
            cuts.append(cut)
        return SequencePlace(itemgetter(*cuts), places)

    def _end_of(self, position: int) -> int:
        """Where the next element begins, or one behind it that is not noted."""
        places = self._places.values()
        return min((place for place in places if place > position), default=len(self._data))

    def length_of_pixels(self) -> int | None:
        return length_of_pixels(self._pixels, self._explicit)

    def place_of_pixels(self) -> PlaceOfPixels | None:
        head = self._pixels
        if not head:
            return None
        explicit = self._explicit
        # Of those without VRs, 8 bytes are the whole head, and the file may end there.
        _, start, length = element_at(head.ljust(HEAD_OF_PIXELS, b"\0"), 0, explicit)
        return PlaceOfPixels(
            swapped(int.from_bytes(head[:4], "little")),
            len(self._data) + self._left_out + start,
            None if length == UNDEFINED_LENGTH else length,
            explicit,
            self._transfer_syntax == _BIG_ENDIAN,
            self._version,
        )

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
