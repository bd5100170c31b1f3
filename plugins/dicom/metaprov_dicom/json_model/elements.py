"""The elements of DICOM JSON (PS3.18 F), as an instance has them."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import note
from metaprov_dicom.dataset.elements import items_by_pydicom
from metaprov_dicom.instance.elements import TRANSFER_SYNTAX_UID, ElementsByVr, is_header_attribute
from metaprov_dicom.instance.instance import Element, Instance
from metaprov_dicom.instance.not_read_yet import UnreadValue
from metaprov_dicom.instance.stray_items import without_stray_items
from metaprov_dicom.values.charsets import (
    ESCAPE,
    SPECIFIC_CHARACTER_SET,
    encodings_of,
    is_plain_ascii,
)
from metaprov_dicom.values.dictionary import label
from metaprov_dicom.values.given import natural_of_given, values_of_given
from metaprov_dicom.values.natural import natural
from metaprov_dicom.values.vr import WITH_CHARSET

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Fetch", "JsonElements", "checked_copy", "instance_from_json"]

#: Fetches the bytes behind a BulkDataURI, little endian; None where there are none.
Fetch = Callable[[str], bytes | None]

_TAG: Final = re.compile(r"[0-9A-Fa-f]{8}")
_PIXEL_DATA: Final = "7FE00010"
_SCALARS: Final = (str, int, float, type(None))


def instance_from_json(
    json: Mapping[str, Any] | Sequence[Mapping[str, Any]], fetch: Fetch | None = None
) -> Instance:
    """The instance that DICOM JSON says, with or without the list around it.

    ``fetch`` gets the bytes behind a BulkDataURI when they are asked for; without it such a value
    is None. The JSON is not copied, and must not change. Raises TypeError or ValueError for what
    is not DICOM JSON of one image; values in it that cannot be understood are None.
    """
    return Instance(JsonElements(_one_image(json), fetch))


class JsonElements(ElementsByVr):
    """The elements of an image, or of an item of a sequence, in DICOM JSON."""

    __slots__ = ("_elements", "_fetch", "_length_of_pixels")

    def __init__(
        self,
        json: Mapping[str, Any],
        fetch: Fetch | None = None,
        parent: ElementsByVr | None = None,
    ) -> None:
        super().__init__(parent)
        self._fetch: Final = fetch
        self._elements: Final = {
            tag: element
            for tag, element in _by_tag(json)
            if is_header_attribute(tag) or tag == TRANSFER_SYNTAX_UID
        }
        self._length_of_pixels: Final = _length_of_inline(json.get(_PIXEL_DATA))

    def length_of_pixels(self) -> int | None:
        return self._length_of_pixels

    def tags(self) -> list[int]:
        return sorted(self._elements)

    def __contains__(self, tag: int, /) -> bool:
        return tag in self._elements

    def value(self, tag: int) -> Any:
        element = self._element(tag)
        if not isinstance(element, Mapping):
            note(f"{label(tag)} is not understood: {element!r:.80}")
            return None
        vr = self._vr_of(tag, element)
        values = element.get("Value")
        if values is not None:
            given = values if isinstance(values, list | tuple) else (values,)
            return self._items(tag, given) if vr == "SQ" else natural_of_given(tag, vr, given)
        data = self._bytes(tag, element)
        if vr == "SQ":
            return items_by_pydicom(self, tag, data, not _says_vr(data)) if data else ()
        return natural(tag, vr, data, self._charsets_of(data)) if data else None

    def element(self, tag: int) -> Element:
        element = self._element(tag)
        if not isinstance(element, Mapping):
            note(f"{label(tag)} is not understood: {element!r:.80}")
            return Element(tag, self.vr(tag, None).partition(" ")[0], None, ())
        vr = self._vr_of(tag, element)
        if vr == "SQ":
            return self.element_of_items(tag)
        values, uri = element.get("Value"), element.get("BulkDataURI")
        if values is not None:
            given = values if isinstance(values, list | tuple) else (values,)
            return Element(tag, vr.partition(" ")[0], values_of_given(tag, vr, given), ())
        if element.get("InlineBinary") is None and isinstance(uri, str):
            value = UnreadValue(lambda: self._bytes(tag, element), uri=uri)
            return Element(tag, vr.partition(" ")[0], value, ())
        data = self._bytes(tag, element) or b""
        if vr in WITH_CHARSET and not is_plain_ascii(data):
            # Which character set they have is not said: see `_charsets_of`.
            return self.element_of_natural(tag, vr, self.value(tag))
        return self.element_of_bytes(tag, vr, data)

    def _element(self, tag: int) -> Any:
        return self._elements[tag]

    def _vr_of(self, tag: int, element: Mapping[str, Any]) -> str:
        stated = element.get("vr")
        if stated is not None and not isinstance(stated, str):
            note(f"{label(tag)} has a VR that is none: {stated!r:.80}")
            stated = None
        return self.vr(tag, stated)

    def charsets(self) -> Sequence[str]:
        # Whatever SpecificCharacterSet says: JSON is UTF-8.
        return ("utf8",)

    def _charsets_of(self, data: bytes) -> Callable[[], Sequence[str]]:
        """The character sets of bytes: if they are not UTF-8, they are as they were in a file."""
        try:
            data.decode()
        except UnicodeDecodeError:
            return self._charsets_of_the_file
        return self._charsets_of_the_file if ESCAPE in data else self.charsets

    def _charsets_of_the_file(self) -> Sequence[str]:
        elements: ElementsByVr | None = self
        while elements is not None:
            if SPECIFIC_CHARACTER_SET in elements:
                names = elements.value(SPECIFIC_CHARACTER_SET) or ("",)
                return encodings_of([name or "" for name in names])
            elements = elements.parent
        return self.charsets()

    def _items(self, tag: int, values: Sequence[Any]) -> tuple[Instance, ...]:
        items = without_stray_items(self, tag, values)
        return tuple(Instance(self._item(tag, value)) for value in items)

    def _item(self, tag: int, value: object) -> JsonElements:
        if isinstance(value, Mapping):
            try:
                return JsonElements(value, self._fetch, self)
            except ValueError as error:
                note(f"an item of {label(tag)} is empty: {error}")
        # The items behind it keep their places.
        return JsonElements({}, self._fetch, self)

    def _bytes(self, tag: int, element: Mapping[str, Any]) -> bytes | None:
        inline, uri = _inline_in(element), element.get("BulkDataURI")
        if inline is not None:
            try:
                return binascii.a2b_base64(inline)
            except (TypeError, ValueError) as error:
                note(f"{label(tag)} is not base64: {error}")
        elif uri is not None:
            if self._fetch is not None:
                return self._fetch(uri)
            note(f"{label(tag)} is not here but at {uri}")
        return None


def _length_of_inline(element: object) -> int | None:
    """How many bytes an element has in itself, as base64; None where it has none."""
    inline = _inline_in(element) if isinstance(element, Mapping) else None
    return len(inline) * 3 // 4 - inline.count("=") if isinstance(inline, str) else None


def _inline_in(element: Mapping[str, Any]) -> Any:
    """The InlineBinary of an element; some programs write it as an array with one string."""
    inline = element.get("InlineBinary")
    return inline[0] if isinstance(inline, list | tuple) and len(inline) == 1 else inline


def _says_vr(data: bytes) -> bool:
    """Whether the elements in the bytes of a sequence say their VR: of those that are UN, none."""
    vr = data[12:14]
    return vr.isupper() and vr.isalpha()


def checked_copy(json: object) -> dict[str, Any]:
    """DICOM JSON of one image, copied; the keys are 8 upper-case hex digits.

    Raises TypeError or ValueError for anything else.
    """
    try:
        return _copy(_one_image(json))
    except RecursionError:
        raise ValueError("this DICOM JSON has sequences without end") from None


def _one_image(json: object) -> Mapping[str, Any]:
    images = json if isinstance(json, list | tuple) else [json]
    if len(images) != 1:
        raise ValueError(f"this DICOM JSON is that of {len(images)} images; add one at a time")
    (image,) = images
    if not isinstance(image, Mapping):
        raise TypeError(f"DICOM JSON of an image is a dict, not {type(image).__name__}")
    return image


def _by_tag(json: Mapping[Any, Any]) -> Iterator[tuple[int, Any]]:
    for key, element in json.items():
        if not isinstance(key, str) or _TAG.fullmatch(key) is None:
            raise ValueError(f"this is not DICOM JSON: {key!r} is not a tag of 8 hex digits")
        yield int(key, 16), element


def _copy(json: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{tag:08X}": _copy_of_element(tag, element) for tag, element in _by_tag(json)}


def _copy_of_element(tag: int, element: object) -> dict[str, Any]:
    if not isinstance(element, Mapping):
        raise TypeError(f"this is not DICOM JSON: {label(tag)} is {element!r:.80}, not an object")
    values = element.get("Value", [])
    if not isinstance(values, list | tuple):
        raise TypeError(f"this is not DICOM JSON: the Value of {label(tag)} is not a list")
    copied = dict(element)
    if "Value" in element:
        is_sequence = element.get("vr") == "SQ"
        copied["Value"] = [_copy_of_value(tag, value, is_sequence) for value in values]
    return copied


def _copy_of_value(tag: int, value: object, is_item: bool) -> object:
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, Mapping):
        return _copy(value) if is_item else dict(value)
    raise TypeError(f"this is not DICOM JSON: {value!r:.80} is not a value of {label(tag)}")
