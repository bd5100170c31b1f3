"""The rules that elements have in common, however they were found in a file: what VR they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .dictionary import vr_of
from .fields import put
from .instance import Instance, items_in
from .vr import TELLING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .fields import Fields, ValueOf

__all__ = ["LEFT_OUT", "TRANSFER_SYNTAX_UID", "ElementsByVr", "is_header_attribute"]

TRANSFER_SYNTAX_UID: Final = 0x00020010
#: Pixel data and its float kinds, and the padding behind them.
LEFT_OUT: Final = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010, 0xFFFCFFFC})

_PIXEL_REPRESENTATION: Final = 0x00280103
_LUT_DESCRIPTOR: Final = 0x00283002


def is_header_attribute(tag: int) -> bool:
    """Whether an instance has an element: no group lengths, pixel data, or meta information."""
    return bool(tag & 0xFFFF) and tag >> 16 != 0x0002 and tag not in LEFT_OUT


class ElementsByVr:
    """Elements of a data set, or of an item of a sequence, decoded by their VR.

    The VR is the one stated, or that of the dictionary and of the rest of the header.
    """

    __slots__ = ("parent",)

    def __init__(self, parent: ElementsByVr | None) -> None:
        #: The elements of the data set that this one is an item of.
        self.parent: Final = parent

    def __contains__(self, tag: int, /) -> bool:
        raise NotImplementedError

    def value(self, tag: int) -> Any:
        """The natural value of an element that is there."""
        raise NotImplementedError

    def sequence(self, tag: int) -> Sequence[Instance]:
        """The items of a sequence that is there; none of what is not a sequence."""
        return items_in(self.value(tag))

    def fill(self, fields: dict[str, Any], wanted: Fields, value_of: ValueOf) -> None:
        """Set the wanted fields whose attributes are there, and take out those that do not fit."""
        for field in wanted.all:
            if field.tag in self:
                put(fields, field, value_of(field.tag))

    def length_of_pixels(self) -> int | None:
        """How many bytes of pixel data there are; None where that is not known."""
        return None

    def charsets(self) -> Sequence[str]:
        """Python's names of the character sets in force, the first one the default."""
        raise NotImplementedError

    def vr(self, tag: int, in_file: str | None) -> str:
        """The VR in the file if it says one, else by the dictionary and the rest of the header."""
        if in_file in TELLING:
            return in_file
        vr = self._dictionary_vr(tag) or "UN"
        if vr == "US or SS":
            return "SS" if self._has_signed_pixels() else "US"
        if vr == "US or OW":
            return "US" if self._has_one_entry() else "OW"
        return "OW" if " or " in vr else vr

    def _dictionary_vr(self, tag: int) -> str | None:
        group, number = tag >> 16, tag & 0xFFFF
        if group % 2 == 0:
            return vr_of(tag)
        if 0x10 <= number <= 0xFF:
            return "LO"
        return self._private_vr(tag, group << 16 | number >> 8)

    def _private_vr(self, tag: int, creator_tag: int) -> str | None:
        from pydicom.datadict import private_dictionary_VR

        creator = self.value(creator_tag) if creator_tag in self else None
        if not isinstance(creator, str):
            return None
        try:
            return private_dictionary_VR(tag, creator)
        except KeyError:
            return None

    def _has_signed_pixels(self) -> bool:
        """Whether pixels are signed, by the nearest PixelRepresentation on the way to the root."""
        elements: ElementsByVr | None = self
        while elements is not None:
            if _PIXEL_REPRESENTATION in elements:
                representation = elements.value(_PIXEL_REPRESENTATION)
                if representation is not None:
                    return bool(representation == 1)
            elements = elements.parent
        return False

    def _has_one_entry(self) -> bool:
        descriptor = self.value(_LUT_DESCRIPTOR) if _LUT_DESCRIPTOR in self else None
        return isinstance(descriptor, tuple) and descriptor[0] == 1
