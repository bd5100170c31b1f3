"""The elements of a pydicom data set that was read from a file, as an instance has them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import note

from .dictionary import shown, vr_of
from .instance import Instance
from .values import Encoded, natural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydicom import Dataset
    from pydicom.dataelem import DataElement, RawDataElement

__all__ = ["DatasetElements"]

_TRANSFER_SYNTAX_UID: Final = 0x00020010
_PIXEL_REPRESENTATION: Final = 0x00280103
_LUT_DESCRIPTOR: Final = 0x00283002
#: Descriptors whose first value, the number of entries, is unsigned whatever the VR says.
_DESCRIPTORS: Final = frozenset({0x00281101, 0x00281102, 0x00281103, _LUT_DESCRIPTOR})
#: Pixel data and its float kinds, and the padding behind them.
_LEFT_OUT: Final = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010, 0xFFFCFFFC})
_UNDEFINED_LENGTH: Final = 0xFFFFFFFF


class DatasetElements:
    """The elements of a data set, or of an item of a sequence, as pydicom read them.

    The values are decoded from the bytes that pydicom found, not by pydicom: its conversions warn,
    and try other VRs, where the instance has None.
    """

    __slots__ = ("_dataset", "_tags", "_transfer_syntax", "parent")

    def __init__(
        self,
        dataset: Dataset,
        transfer_syntax: str | None = None,
        parent: DatasetElements | None = None,
    ) -> None:
        self._dataset: Final = dataset
        self._transfer_syntax: Final = transfer_syntax
        #: The elements of the data set that this one is an item of.
        self.parent: Final = parent
        # Not "in dataset": a data set iterates over its elements, and decodes them.
        tags = {int(tag) for tag in dataset.keys() if _is_shown(tag)}  # noqa: SIM118
        if transfer_syntax is not None:
            tags.add(_TRANSFER_SYNTAX_UID)
        self._tags: Final = frozenset(tags)

    def tags(self) -> list[int]:
        return sorted(self._tags)

    def __contains__(self, tag: int, /) -> bool:
        return tag in self._tags

    def value(self, tag: int) -> Any:
        if tag == _TRANSFER_SYNTAX_UID:
            return self._transfer_syntax
        element: Any = self._dataset.get_item(tag, keep_deferred=True)
        if not element.is_raw:
            return self._decoded_by_pydicom(element)
        vr = self._vr(element)
        if vr == "SQ":
            return self._items(element)
        data = element.value or b""
        if element.length != _UNDEFINED_LENGTH and len(data) < element.length:
            note(f"{shown(tag)} is cut off: {len(data)} of its {element.length} bytes are there")
            return None
        value = natural(Encoded(tag, vr, data, element.is_little_endian, self._charsets()))
        return _unsigned_count(value) if tag in _DESCRIPTORS else value

    def _decoded_by_pydicom(self, element: DataElement) -> object:
        """The value of an element that pydicom needed itself when it read the header.

        Those are the character set, and sequences of undefined length, which it has to look into
        to find their end; all others stay raw until somebody asks pydicom for them.
        """
        if element.VR == "SQ":
            return self._instances(element.value)
        text = element.value if isinstance(element.value, str) else "\\".join(element.value or ())
        return natural(Encoded(element.tag, element.VR, text.encode("latin-1"), True, ()))

    def _vr(self, element: RawDataElement) -> str:
        """The VR in the file if it says one, else by the dictionary and the rest of the header."""
        vr = element.VR
        if vr is None or vr not in _known_vrs():
            vr = self._dictionary_vr(element.tag) or "UN"
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
        elements: DatasetElements | None = self
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

    def _charsets(self) -> Sequence[str]:
        charsets = self._dataset.original_character_set
        return [charsets] if isinstance(charsets, str) else charsets

    def _items(self, element: RawDataElement) -> tuple[Instance, ...]:
        from pydicom.values import convert_SQ

        try:
            items = convert_SQ(
                element.value or b"",
                element.is_implicit_VR,
                element.is_little_endian,
                list(self._charsets()),
                element.value_tell,
            )
        except Exception as error:
            # pydicom has no one error for what is no sequence: OSError, struct.error ...; nesting
            # without end is a RecursionError.
            note(f"the items of {shown(element.tag)} cannot be read: {error}")
            return ()
        return self._instances(items)

    def _instances(self, items: Sequence[Dataset]) -> tuple[Instance, ...]:
        return tuple(Instance(DatasetElements(item, parent=self)) for item in items)


def _is_shown(tag: int) -> bool:
    return bool(tag & 0xFFFF) and tag >> 16 != 0x0002 and tag not in _LEFT_OUT


@cache
def _known_vrs() -> frozenset[str]:
    from pydicom.valuerep import STANDARD_VR

    return STANDARD_VR - {"UN"}  # type: ignore[return-value]


def _unsigned_count(descriptor: object) -> object:
    if isinstance(descriptor, tuple) and isinstance(descriptor[0], int) and descriptor[0] < 0:
        return (descriptor[0] + 65536, *descriptor[1:])
    return descriptor
