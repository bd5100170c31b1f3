"""DICOM JSON of an instance (PS3.18 F), made from the bytes of its header."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import note
from metaprov_dicom.instance.instance import Instance
from metaprov_dicom.instance.native import NATIVE
from metaprov_dicom.instance.not_read_yet import UnreadValue
from metaprov_dicom.values.charsets import is_plain_ascii
from metaprov_dicom.values.dictionary import label
from metaprov_dicom.values.vr import BINARY_NUMBERS, WITH_CHARSET

from .bulk import bulk_value
from .json_values import EMPTY, behind, of_bytes, of_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_dicom.instance.instance import Element

    from .bulk import Bulk

__all__ = ["KNOWN_JSON", "dicom_json"]

_AVAILABLE_TRANSFER_SYNTAX: Final = 0x00083002
_PIXEL_DATA: Final = 0x7FE00010
#: Sequences in sequences in sequences: real headers have fewer than ten, and those who read JSON
#: go no deeper than this.
_DEEPEST: Final = 50

#: Encoded elements, of which nothing else in a header decides what their JSON is: most of a header
#: is that of the image before it.
KNOWN_JSON: Final[dict[Element, bytes]] = {}
#: How many are kept, and how long their bytes may be.
_MOST_KNOWN: Final = 4_000
_LONGEST_KNOWN: Final = 128


def dicom_json(
    instance: Mapping[str, Any],
    bulk: Bulk | None = None,
    *,
    bulk_over: int = 1024,
    pixel_data: str | None = None,
    available_transfer_syntax: str | None = None,
) -> bytes:
    """The DICOM JSON (PS3.18 F.2) of an instance: one object, in UTF-8, without a list around it.

    ``instance_from_json`` of it has the values that the instance has. ``bulk`` is asked for a URI
    of each value of more than ``bulk_over`` bytes, in the VRs that may have one (PS3.18 F.2.2); the
    value itself is not read for that. Where it returns None, or without it, the value is in the
    JSON, or behind the URI that it was behind already. Pixel data are no part of an instance:
    ``pixel_data`` is the BulkDataURI that PixelData (7FE0,0010) is to have. With
    ``available_transfer_syntax`` a server says in which one it gives them: the value that
    AvailableTransferSyntaxUID (0008,3002) is to have, whatever the header says.

    - Numbers have all digits that they have in the header. What is no number that JSON has stays a
      string in DS, IS, SV and UV, as do integers beyond 2**53 in SV and UV (PS3.18 F.2.3); in other
      VRs it is null, with a note, as it is None in the instance.
    - Group 0002 is no part of a data set, and TransferSyntaxUID not of its JSON (PS3.10 7).
    - SpecificCharacterSet is that of the header, though the JSON is UTF-8: it says in what the
      header was written, and with it what the bytes of UN are (PS3.18 F.2.2, notes 3 to 5).
    - Sequences more than 50 deep are empty, with a note.

    Elements that were in a header before are not encoded again. Raises MetadataReadError where a
    header is cut off, or its file has changed, and TypeError for a mapping that is not an
    `Instance`.
    """
    if not isinstance(instance, Instance):
        raise TypeError(
            f"DICOM JSON is made of an instance of metaprov-dicom, not {type(instance).__name__}"
        )
    elements = _Writer(bulk, bulk_over).elements_of(instance, ())
    if available_transfer_syntax is not None:
        uid = of_values(_AVAILABLE_TRANSFER_SYNTAX, "UI", (available_transfer_syntax,))
        _put(elements, _AVAILABLE_TRANSFER_SYNTAX, "UI", uid)
    if pixel_data is not None:
        vr = "OW" if instance.get("TransferSyntaxUID") in NATIVE else "OB"
        _put(elements, _PIXEL_DATA, vr, behind(pixel_data))
    return _object(elements)


class _Writer:
    """Writes what an instance and its items have."""

    def __init__(self, bulk: Bulk | None, bulk_over: int) -> None:
        self._bulk: Final = bulk
        self._bulk_over: Final = bulk_over
        #: Short values are asked for a URI only if the caller says so.
        is_usual = bulk is None or bulk_over >= _LONGEST_KNOWN
        self._known: Final[dict[Element, bytes]] = KNOWN_JSON if is_usual else {}

    def elements_of(self, instance: Instance, path: tuple[str | int, ...]) -> list[bytes]:
        """The encoded elements of an instance that is an item at a path, or at none."""
        # A header has hundreds of elements, and most of them are in each header of a series.
        encoded, known_element = [], self._known.get
        for element in instance.elements():
            known = known_element(element)
            if known is None:
                known = self._encoded(instance, element, (*path, f"{element.tag:08X}"))
            encoded.append(known)
        return encoded

    def _encoded(self, instance: Instance, element: Element, path: tuple[str | int, ...]) -> bytes:
        tag, vr, value, _ = element
        if vr == "SQ":
            return _element(tag, vr, self._items(element, path))
        if self._bulk is not None:
            identified = bulk_value(path, element, self._bulk_over)
            uri = None if identified is None else self._bulk(identified)
            if uri is not None:
                return _element(tag, vr, behind(uri))
        if isinstance(value, UnreadValue):
            if value.uri is not None:
                return _element(tag, vr, behind(value.uri))
            value = value.read()
        if value is None:
            return self._kept(element, _element(tag, vr, EMPTY))
        if isinstance(value, tuple):
            return _element(tag, vr, of_values(tag, vr, value))
        if vr in WITH_CHARSET and not is_plain_ascii(value):
            # The instance knows in which character set.
            natural = instance.value(tag)
            values = natural if isinstance(natural, tuple) else (natural,)
            return _element(tag, vr, of_values(tag, vr, values))
        behind_vr = of_bytes(tag, vr, value)
        encoded = _element(tag, vr, behind_vr)
        # What is not understood is said each time: numbers, for of texts all are.
        is_noted = vr in BINARY_NUMBERS and (behind_vr == EMPTY or b"null" in behind_vr)
        if is_noted or len(value) > _LONGEST_KNOWN:
            return encoded
        return self._kept(element, encoded)

    def _kept(self, element: Element, encoded: bytes) -> bytes:
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[element] = encoded
        return encoded

    def _items(self, element: Element, path: tuple[str | int, ...]) -> bytes:
        if len(path) > 2 * _DEEPEST:
            note(f"{label(element.tag)} is {_DEEPEST} sequences deep, and left empty")
            return EMPTY
        items = [
            _object(self.elements_of(item, (*path, number)))
            for number, item in enumerate(element.items, 1)
        ]
        return b',"Value":[%b]}' % b",".join(items) if items else EMPTY


def _object(elements: list[bytes]) -> bytes:
    return b"{%b}" % b",".join(elements)


def _element(tag: int, vr: str, behind_vr: bytes) -> bytes:
    return b'"%08X":{"vr":"%b"%b' % (tag, vr.encode(), behind_vr)


def _put(elements: list[bytes], tag: int, vr: str, behind_vr: bytes) -> None:
    """Put an element among encoded ones, in the order of their tags; of its tag there is one."""
    key = b'"%08X"' % tag
    place = bisect_left(elements, key)
    has_one = place < len(elements) and elements[place].startswith(key)
    elements[place : place + has_one] = [_element(tag, vr, behind_vr)]
