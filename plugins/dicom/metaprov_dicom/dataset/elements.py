"""The elements of a pydicom data set, read from a file or made by hand, as an instance has them."""

from __future__ import annotations

from collections.abc import MutableSequence
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import note
from metaprov_dicom.instance.elements import TRANSFER_SYNTAX_UID, ElementsByVr, is_header_attribute
from metaprov_dicom.instance.instance import Element, Instance
from metaprov_dicom.instance.stray_items import note_on_stray_delimiter, without_stray_items
from metaprov_dicom.values.charsets import DEFAULT_CHARSETS, ESCAPE, IN_NAMES, IN_VALUES, decoded
from metaprov_dicom.values.dictionary import label
from metaprov_dicom.values.given import natural_of_given, values_of_given
from metaprov_dicom.values.natural import natural
from metaprov_dicom.values.vr import UNDEFINED_LENGTH, little_endian

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydicom import Dataset
    from pydicom.dataelem import DataElement, RawDataElement

    from metaprov_dicom.instance.place_of_pixels import PlaceOfPixels

__all__ = ["DatasetElements", "items_by_pydicom", "length_of_pixels"]

#: Pixel data, and its float kinds.
_PIXELS: Final = (0x7FE00010, 0x7FE00008, 0x7FE00009)

#: How an item begins, in both byte orders, and how many there may be: pydicom needs a kilobyte for
#: each, which may be a hundred times its size in the file.
_ITEMS: Final = (b"\xfe\xff\0\xe0", b"\xff\xfe\xe0\0")
_DELIMITERS: Final = (b"\xfe\xff\x0d\xe0", b"\xff\xfe\xe0\x0d")
_MOST_ITEMS: Final = 100_000


class DatasetElements(ElementsByVr):
    """The elements of a data set, or of an item of a sequence, as pydicom read them.

    The values are decoded from the bytes that pydicom found, not by pydicom: its conversions warn,
    and try other VRs, where the instance has None.
    """

    __slots__ = ("_dataset", "_length_of_pixels", "_place_of_pixels", "_tags", "_transfer_syntax")

    def __init__(
        self,
        dataset: Dataset,
        transfer_syntax: str | None = None,
        parent: ElementsByVr | None = None,
        length_of_pixels: int | None = None,
        place_of_pixels: PlaceOfPixels | None = None,
    ) -> None:
        """``length_of_pixels`` is that of the pixel data, which the data set may be without.

        ``place_of_pixels`` is where they are in the file that it was read from.
        """
        super().__init__(parent)
        self._length_of_pixels: Final = length_of_pixels
        self._place_of_pixels: Final = place_of_pixels
        self._dataset: Final = dataset
        self._transfer_syntax: Final = transfer_syntax
        # Not "in dataset": a data set iterates over its elements, and decodes them.
        tags = {int(tag) for tag in dataset.keys() if is_header_attribute(tag)}  # noqa: SIM118
        if transfer_syntax is not None:
            tags.add(TRANSFER_SYNTAX_UID)
        self._tags: Final = frozenset(tags)

    def tags(self) -> list[int]:
        return sorted(self._tags)

    def length_of_pixels(self) -> int | None:
        return self._length_of_pixels

    def place_of_pixels(self) -> PlaceOfPixels | None:
        return self._place_of_pixels

    def __contains__(self, tag: int, /) -> bool:
        return tag in self._tags

    def value(self, tag: int) -> Any:
        if tag == TRANSFER_SYNTAX_UID:
            return self._transfer_syntax
        element: Any = self._dataset.get_item(tag, keep_deferred=True)
        if not element.is_raw:
            return self._decoded_by_pydicom(element)
        vr = self.vr(tag, element.VR)
        data = element.value or b""
        if vr == "SQ":
            return items_by_pydicom(
                self, tag, data, element.is_implicit_VR, element.is_little_endian
            )
        if _is_cut_off(tag, element, data):
            return None
        return natural(tag, vr, data, self.charsets, element.is_little_endian)

    def element(self, tag: int) -> Element:
        element: Any = self._dataset.get_item(tag, keep_deferred=True)
        vr, value = self.vr(tag, element.VR), element.value
        if element.VR == "SQ" or vr == "SQ":
            return self.element_of_items(tag)
        if not element.is_raw:
            if not isinstance(value, bytes):
                values = values_of_given(tag, vr, self._given(value))
                return Element(tag, vr.partition(" ")[0], values, ())
            is_little_endian = self._dataset.original_encoding[1] is not False
        else:
            value, is_little_endian = value or b"", element.is_little_endian
            if _is_cut_off(tag, element, value):
                return self.element_of_natural(tag, vr, None)
        if not is_little_endian:
            value = little_endian(vr.partition(" ")[0], value)
        return self.element_of_bytes(tag, vr, value)

    def charsets(self) -> Sequence[str]:
        charsets = self._dataset.original_character_set or DEFAULT_CHARSETS
        return [charsets] if isinstance(charsets, str) else charsets

    def _decoded_by_pydicom(self, element: DataElement) -> object:
        """The value of an element that pydicom decoded, or that somebody made by hand.

        When it reads a header, pydicom decodes what it needs itself: the character set, and
        sequences of undefined length, which it has to look into to find their end.
        """
        value = element.value
        if element.VR == "SQ":
            return _instances(without_stray_items(self, element.tag, value or ()), self)
        vr = self.vr(element.tag, element.VR)
        if isinstance(value, bytes):
            implicit, little_endian = self._dataset.original_encoding
            is_little_endian = little_endian is not False
            if vr == "SQ":
                return items_by_pydicom(self, element.tag, value, bool(implicit), is_little_endian)
            return natural(element.tag, vr, value, self.charsets, is_little_endian)
        return natural_of_given(element.tag, vr, self._given(value))

    def _given(self, value: Any) -> list[Any]:
        values = value if isinstance(value, list | tuple | MutableSequence) else (value,)
        return [self._anew(each) for each in values]

    def _anew(self, value: Any) -> Any:
        """A value, decoded anew if pydicom has left escapes in it."""
        original, charsets = getattr(value, "original_string", None), self.charsets()
        if isinstance(original, bytes) and ESCAPE in original:
            return decoded(original, value.encodings or charsets, IN_NAMES)[0]
        if isinstance(value, str) and ESCAPE.decode() in value:
            try:
                return decoded(value.encode(charsets[0]), charsets, IN_VALUES)[0]
            except (UnicodeError, LookupError):
                # Some of it is decoded, and nothing tells which.
                return value
        return value


def length_of_pixels(dataset: Dataset) -> int | None:
    """How many bytes of native pixel data a data set has; None where it has none, or none known."""
    tag = next((tag for tag in _PIXELS if tag in dataset), None)
    if tag is None:
        return None
    element: Any = dataset.get_item(tag, keep_deferred=True)
    if element.is_raw:
        return None if element.length == UNDEFINED_LENGTH else int(element.length)
    is_native = isinstance(element.value, bytes) and not element.is_undefined_length
    return len(element.value) if is_native else None


def _is_cut_off(tag: int, element: RawDataElement, data: bytes) -> bool:
    """Whether a file ends inside an element, which is said then."""
    length = element.length
    if length == UNDEFINED_LENGTH or len(data) >= length:
        return False
    note(f"{label(tag)} is cut off: {len(data)} of its {length} bytes are there")
    return True


def items_by_pydicom(
    parent: ElementsByVr, tag: int, data: bytes, implicit: bool, little_endian: bool = True
) -> tuple[Instance, ...]:
    """The items in the bytes of a sequence, as pydicom finds them."""
    from pydicom.values import convert_SQ

    if max(map(data.count, _ITEMS)) > _MOST_ITEMS:
        note(f"{label(tag)} has more than {_MOST_ITEMS} items, and is damaged")
        return ()
    try:
        found = convert_SQ(data, implicit, little_endian, list(parent.charsets()))
        items = [item for item in found if not _is_stray_delimiter(tag, item, data)]
    except Exception as error:
        # pydicom has no single error for what is not a sequence: OSError, struct.error ...; nesting
        # without end is a RecursionError.
        note(f"the items of {label(tag)} cannot be read: {error}")
        return ()
    return _instances(items, parent)


def _is_stray_delimiter(tag: int, item: Dataset, data: bytes) -> bool:
    """Whether pydicom took the delimiter behind an item of stated length for an empty item."""
    is_stray = len(item) == 0 and data[item.seq_item_tell :][:4] in _DELIMITERS
    if is_stray:
        note_on_stray_delimiter(tag)
    return is_stray


def _instances(items: Sequence[Dataset], parent: ElementsByVr) -> tuple[Instance, ...]:
    return tuple(Instance(DatasetElements(item, parent=parent)) for item in items)
