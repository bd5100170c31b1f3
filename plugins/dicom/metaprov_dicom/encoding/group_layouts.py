"""The layouts of functional groups: nearly all frames of an image say the same attributes.

An item that has every byte of one that was walked over, but for the values, has its elements in
the same places: comparing the two takes a tenth of the walk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_dicom.instance.elements import LEFT_OUT
from metaprov_dicom.instance.group_rules import NEVER_OVERLAID, NOT_SPREAD

from .heads import swapped
from .masks import mask_of
from .walk import Places, element_at, walk_groups

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["GroupLayouts"]

_KEPT_WHOLE: Final = frozenset(map(swapped, NOT_SPREAD))
_NEVER_SAID: Final = tuple(map(swapped, NEVER_OVERLAID | LEFT_OUT))

#: How many layouts of items of one length are known, and of how many lengths.
_MOST_OF_A_LENGTH: Final = 8
_MOST_LENGTHS: Final = 100


class _Layout(NamedTuple):
    #: The bytes that make the layout, and what they are; both as one number.
    mask: int
    expected: int
    places: Places


class GroupLayouts:
    """The layouts of the items of one sequence of functional groups."""

    __slots__ = ("_by_length",)

    def __init__(self) -> None:
        self._by_length: Final[dict[int, list[_Layout]]] = {}

    def places(self, item: bytes) -> Places:
        """Where an item has what it says of its frame: see `walk_groups`. Raises NotUnderstood.

        The answer is for many items, and must not be changed.
        """
        number = int.from_bytes(item, "little")
        layouts = self._by_length.get(len(item), ())
        for mask, expected, places in layouts:
            if number & mask == expected:
                return places
        places = {}
        walk_groups(item, 0, len(item), places, _KEPT_WHOLE)
        for key in _NEVER_SAID:
            places.pop(key, None)
        if len(self._by_length) < _MOST_LENGTHS and len(layouts) < _MOST_OF_A_LENGTH:
            mask = mask_of(len(item), _values(item, places))
            layout = _Layout(mask, number & mask, places)
            self._by_length.setdefault(len(item), []).append(layout)
        return places


def _values(item: bytes, places: Places) -> Iterator[tuple[int, int]]:
    """Where the values that are not sequences are, and how long they are."""
    for position in places.values():
        vr, start, length = element_at(item, position, True)
        if vr not in ("SQ", "UN"):
            yield start, length
