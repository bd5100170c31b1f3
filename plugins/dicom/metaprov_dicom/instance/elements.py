"""The rules that elements have in common, however they were found: which there are, of which VR."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from metaprov_dicom.values.stated_vrs import AS_TEXT, CHOICES_BY_SIGN, vr_where_stated

from .fields import put
from .instance import Element, Instance, items_in
from .not_read_yet import ItemsNotRead

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .fields import Fields, ValueOf
    from .instance import Wanted
    from .place_of_pixels import PlaceOfPixels

__all__ = [
    "ITEMS_AND_DELIMITERS",
    "LEFT_OUT",
    "TRANSFER_SYNTAX_UID",
    "ElementsByVr",
    "is_header_attribute",
]

TRANSFER_SYNTAX_UID: Final = 0x00020010
#: Pixel data and its float kinds, and the padding behind them.
LEFT_OUT: Final = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010, 0xFFFCFFFC})

#: What begins and ends items. Some headers have it outside of any sequence, where it is nothing.
ITEMS_AND_DELIMITERS: Final = frozenset({0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD})

_PIXEL_REPRESENTATION: Final = 0x00280103
_LUT_DESCRIPTOR: Final = 0x00283002


def is_header_attribute(tag: int) -> bool:
    """Whether an instance has an element: no group lengths, pixel data, or meta information."""
    return (
        bool(tag & 0xFFFF)
        and tag >> 16 != 0x0002
        and tag not in LEFT_OUT
        and tag not in ITEMS_AND_DELIMITERS
    )


@lru_cache(4096)
def _vr_by_creator(tag: int, creator: str) -> str | None:
    from pydicom.datadict import private_dictionary_VR

    try:
        return private_dictionary_VR(tag, creator)
    except KeyError:
        return None


class ElementsByVr:
    """Elements of a data set, or of an item of a sequence, decoded by their VR.

    The VR is the one stated, or that of the dictionary and of the rest of the header: see
    `vr_where_stated`.
    """

    __slots__ = ("parent",)

    def __init__(self, parent: ElementsByVr | None) -> None:
        #: The elements of the data set that this one is an item of.
        self.parent: Final = parent

    def tags(self) -> list[int]:
        """The tags of the elements, in ascending order."""
        raise NotImplementedError

    def tags_of_groups(self, groups: Sequence[int]) -> tuple[int, ...]:
        """Those of some groups."""
        return tuple([tag for tag in self.tags() if tag >> 16 in groups])

    def __contains__(self, tag: int, /) -> bool:
        raise NotImplementedError

    def value(self, tag: int) -> Any:
        """The natural value of an element that is there."""
        raise NotImplementedError

    def values_of(self, wanted: Wanted, value_of: ValueOf) -> list[Any]:
        """The natural values of some attributes, None for each that is not there."""
        return [None if tag is None else value_of(tag) for tag in wanted.tags]

    def sequence(self, tag: int) -> Sequence[Instance]:
        """The items of a sequence that is there; none of what is not a sequence."""
        return items_in(self.value(tag))

    def fill(self, fields: dict[str, Any], wanted: Fields, value_of: ValueOf) -> None:
        """Set the wanted fields whose attributes are there, and take out those that do not fit."""
        for field in wanted.all:
            if field.tag in self:
                put(fields, field, value_of(field.tag))

    def groups_of(self, _tag: int) -> tuple[int, ...]:
        """Which functional groups say an attribute: none, this is no frame of an image."""
        return ()

    def length_of_pixels(self) -> int | None:
        """How many bytes of pixel data there are; None where that is not known."""
        return None

    def place_of_pixels(self) -> PlaceOfPixels | None:
        """Where the pixels are; None where no file has them."""
        return None

    def elements(self) -> Iterator[Element]:
        """All elements but TransferSyntaxUID, in ascending order, not decoded."""
        return (self.element(tag) for tag in self.tags() if tag != TRANSFER_SYNTAX_UID)

    def element(self, tag: int) -> Element:
        """An element that is there, not decoded."""
        raise NotImplementedError

    def element_of_items(self, tag: int) -> Element:
        """An element that is a sequence, whose items are looked for when they are asked for."""
        return Element(tag, "SQ", None, ItemsNotRead(lambda: items_in(self.value(tag))))

    def element_of_bytes(self, tag: int, vr: str, data: bytes) -> Element:
        """An element of some little endian bytes; ``vr`` is by `vr`."""
        if vr.endswith(AS_TEXT):
            return self.element_of_natural(tag, vr, self.value(tag))
        return Element(tag, vr.partition(" ")[0], data or None, ())

    @staticmethod
    def element_of_natural(tag: int, vr: str, value: Any) -> Element:
        """An element of a natural value; ``vr`` is by `vr`."""
        values = value if value is None or isinstance(value, tuple) else (value,)
        return Element(tag, vr.partition(" ")[0], values, ())

    def charsets(self) -> Sequence[str]:
        """Python's names of the character sets in force, the first one the default."""
        raise NotImplementedError

    def vr(self, tag: int, stated: str | None) -> str:
        """The VR by which an element is decoded, given the one that the header states.

        "US or SS" and the like where no PixelRepresentation says the sign.
        """
        vr = vr_where_stated(tag, stated) or self._private_vr(tag) or "UN"
        if vr in CHOICES_BY_SIGN:
            vrs = CHOICES_BY_SIGN[vr]
            is_signed = self._has_signed_pixels()
            if is_signed is None:
                return stated if stated in vrs else vr
            return vrs[is_signed]
        if vr == "US or OW":
            return "US" if self._has_one_entry() else "OW"
        return "OW" if " or " in vr else vr

    def _private_vr(self, tag: int) -> str | None:
        group, number = tag >> 16, tag & 0xFFFF
        if group % 2 == 0:
            return None
        if 0x10 <= number <= 0xFF:
            return "LO"
        creator_tag = group << 16 | number >> 8
        creator = self.value(creator_tag) if creator_tag in self else None
        return _vr_by_creator(tag, creator) if isinstance(creator, str) else None

    def _has_signed_pixels(self) -> bool | None:
        """Whether pixels are signed, by the nearest PixelRepresentation on the way to the root.

        None where there is none.
        """
        elements: ElementsByVr | None = self
        while elements is not None:
            is_signed = elements.says_signed()
            if is_signed is not None:
                return is_signed
            elements = elements.parent
        return None

    def says_signed(self) -> bool | None:
        """Whether pixels are signed by the PixelRepresentation here; None where there is none."""
        value = self.value(_PIXEL_REPRESENTATION) if _PIXEL_REPRESENTATION in self else None
        return None if value is None else bool(value == 1)

    def _has_one_entry(self) -> bool:
        descriptor = self.value(_LUT_DESCRIPTOR) if _LUT_DESCRIPTOR in self else None
        return isinstance(descriptor, tuple) and descriptor[0] == 1
