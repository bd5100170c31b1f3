"""The layouts of headers: most images of a series have their elements in the same places.

That is so where all values have the same lengths, and those differ in few: the number of the image,
its position, its UID.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Self

from metaprov_dicom.values.vr import UNDEFINED_LENGTH

from .heads import swapped
from .masks import mask_of
from .shared_places import SharedPlaces
from .walk import Places, element_at, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["HeaderLayout", "HeaderLayouts"]

#: Making a layout is seven times the work of a walk: one is made of what was met this often.
_OFTEN: Final = 4
#: How many layouts are counted, and how many are known; the last one that was met is tried first.
_MOST_COUNTED: Final = 1_000
_MOST: Final = 16

_PREAMBLE: Final = 128
_META: Final = _PREAMBLE + len(b"DICM")
#: The walk knows the pixels by as many bytes: a file that ends within them is cut off.
_HEAD: Final = 8
_NO_ENDS: Final[frozenset[int]] = frozenset()
#: What determines the walk: the length of the file meta information, and the transfer syntax.
_DECIDING: Final = (swapped(0x00020000), swapped(0x00020010))


class HeaderLayout(NamedTuple):
    """What the headers of one layout have in common."""

    #: Where the file meta information ends, and where the pixels begin.
    start: int
    end: int
    explicit: bool
    transfer_syntax: bytes
    #: Where the elements are. They are those of many headers, and must not be changed.
    places: Places
    #: What follows from these places; None until the layout is known.
    shared: SharedPlaces | None = None


class _Known(NamedTuple):
    layout: HeaderLayout
    #: How the pixels begin: it rules out nearly all other layouts at a glance.
    pixels: bytes
    #: The bytes that make the layout, and what they are; both as one number.
    mask: int
    expected: int

    @classmethod
    def of(cls, data: bytes, layout: HeaderLayout) -> Self:
        """The layout of the header in these first bytes of a file."""
        end = layout.end
        mask = mask_of(end, _values(data, layout))
        layout = layout._replace(shared=SharedPlaces())
        # The tag of the pixels, and their VR.
        pixels = data[end : end + (6 if layout.explicit else 4)]
        return cls(layout, pixels, mask, int.from_bytes(data[:end], "little") & mask)


class HeaderLayouts:
    """The layouts that were met lately, of headers that are in the first bytes of their file."""

    __slots__ = ("_counts", "_known")

    def __init__(self) -> None:
        self._counts: Final[dict[int, int]] = {}
        self._known: tuple[_Known, ...] = ()

    def layout_of(self, data: bytes) -> HeaderLayout | None:
        """The layout of a header in the first bytes of a file; None where it is not known."""
        known = self._known
        for candidate in known:
            layout, pixels, mask, expected = candidate
            if (
                len(data) >= layout.end + _HEAD
                and data.startswith(pixels, layout.end)
                and int.from_bytes(data[: layout.end], "little") & mask == expected
            ):
                if candidate is not known[0]:
                    others = (other for other in known if other is not candidate)
                    self._known = (candidate, *others)
                return layout
        return None

    def count(self, data: bytes, layout: HeaderLayout) -> None:
        """Count a layout that is not known, of the header in these first bytes of a file."""
        if len(self._counts) >= _MOST_COUNTED:
            self._counts.clear()
        key = hash((layout.end, layout.transfer_syntax, *layout.places.values()))
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if count >= _OFTEN:
            self._counts.pop(key, None)
            self._known = (_Known.of(data, layout), *self._known[: _MOST - 1])

    def clear(self) -> None:
        """Forget all."""
        self._counts.clear()
        self._known = ()


def _values(data: bytes, layout: HeaderLayout) -> Iterator[tuple[int, int]]:
    """Where the values are that the walk does not look into, and how long they are."""
    yield 0, _PREAMBLE
    meta: Places = {}
    walk(data, _META, layout.start, meta, True, _NO_ENDS)
    for key in _DECIDING:
        # Files without the length of the group are read, too.
        meta.pop(key, None)
    header: Places = {}
    walk(data, layout.start, layout.end, header, layout.explicit, _NO_ENDS)
    for places, explicit in ((meta, True), (header, layout.explicit)):
        for position in places.values():
            _, start, length = element_at(data, position, explicit)
            if length != UNDEFINED_LENGTH:
                yield start, length
