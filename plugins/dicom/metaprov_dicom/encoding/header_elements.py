"""The elements of a whole file: long values are still in it, and others have the same places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_dicom.instance.elements import TRANSFER_SYNTAX_UID
from metaprov_dicom.instance.instance import Element
from metaprov_dicom.instance.not_read_yet import UnreadValue

from .elements import WalkedElements, without_what_is_left_out
from .heads import swapped
from .walk import Places, length_of_pixels, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .shared_places import SharedPlaces, Spans

__all__ = ["HEAD_OF_PIXELS", "HeaderElements", "LargeValue"]

#: How many bytes of the element of the pixels are kept: its tag, its VR, its length.
HEAD_OF_PIXELS: Final = 12
_META_GROUP: Final = 0x0002
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

    def tags_of_group(self, group: int) -> list[int]:
        shared = self._shared
        if shared is None:
            return super().tags_of_group(group)
        tags = shared.tags_of_group.get(group)
        if tags is None:
            # Not by the bytes: those of another header of the layout may tell of the group.
            tags = tuple(self._tags_of_group(group))
            shared.tags_of_group[group] = tags
        elif tags and group & 1:
            self._note_private_elements()
        return list(tags)

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
