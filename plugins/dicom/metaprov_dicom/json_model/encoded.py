"""The elements of DICOM JSON as a server sends it: bytes, each element decoded when asked for."""

from __future__ import annotations

import json
import os
import re
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from metaprov_dicom.instance.elements import (
    ITEMS_AND_DELIMITERS,
    LEFT_OUT,
    TRANSFER_SYNTAX_UID,
    is_header_attribute,
)
from metaprov_dicom.instance.fields import put
from metaprov_dicom.instance.instance import Instance
from metaprov_dicom.values.stated_vrs import vr_where_stated
from metaprov_dicom.values.vr import WORDS

from .elements import JsonElements

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from metaprov_dicom.instance.fields import Fields, ValueOf

__all__ = [
    "EncodedElements",
    "JsonSource",
    "Unlisted",
    "encoded_elements",
    "instance_from_encoded_json",
]

#: The elements of an image in DICOM JSON, each still encoded, by tags of 8 upper-case hex digits.
EncodedElements = dict[str, msgspec.Raw]

# This only finds where the elements are: 9 times as fast as decoding all of them.
_split: Final = msgspec.json.Decoder(EncodedElements).decode
_decode: Final = msgspec.json.Decoder().decode
_KEYS_LEFT_OUT: Final = tuple(f"{tag:08X}" for tag in LEFT_OUT | ITEMS_AND_DELIMITERS)
#: Those of an image, without the ones in its sequences. Files are bounded likewise.
_MOST_ATTRIBUTES: Final = 100_000
_HEX_DIGITS: Final = frozenset("0123456789ABCDEF")

#: Values by their tags and elements: most of a header is that of the image before it. A value is
#: here only if the element alone determines it, and all of it was understood.
_KNOWN: Final[dict[tuple[int, bytes], Any]] = {}
_MOST_KNOWN: Final = 4_000
_LONGEST_KNOWN: Final = 300
_VRS_IN: Final = re.compile(rb'"vr"\s*:\s*"([^"]*)"').findall

_BINARY: Final = frozenset({"OB", "UN", *WORDS})
#: Sequences whose items have data, by the keys of what describes the data, and of the data.
_DATA_IN_ITEMS: Final = {
    0x00283000: ("00283002", "00283006"),  # ModalityLUTSequence: LUTDescriptor, LUTData
    0x00283010: ("00283002", "00283006"),  # VOILUTSequence
    0x54000100: ("54001004", "54001010"),  # WaveformSequence: WaveformBitsAllocated, WaveformData
}


class Unlisted(bytes):
    """DICOM JSON of attributes that are found when they are looked up, and never listed."""

    __slots__ = ()


class JsonSource(Protocol):
    """Who sent the JSON of an image, and can be asked for what is not in it."""

    def bulk_data(self, uri: str) -> bytes | None:
        """The bytes behind a BulkDataURI, little endian; None, with a note, if there are none."""

    def more(self, tag: int | None) -> bytes | None:
        """More DICOM JSON of the image, asked for by an attribute that is not there; None: no more.

        ``tag`` is None where all attributes are listed. It is asked for an attribute whenever that
        is looked up and still not there, by one thread at a time for each image; and for one that
        is there without the binary data that it is made of. What is `Unlisted` changes no list of
        the attributes.
        """

    def acknowledge(self, tag: int | None) -> None:
        """Learn that the instance has stored what ``more(tag)`` returned.

        Called by the same thread. Until then ``more`` must be able to return it again: an interrupt
        may come before it is stored.
        """


def instance_from_encoded_json(json: bytes | EncodedElements, source: JsonSource) -> Instance:
    """The instance that the DICOM JSON of one image says, without a list around it.

    Elements that were split by `encoded_elements` must not change any more. Raises ValueError for
    anything but DICOM JSON; values in it that cannot be understood are None.
    """
    return Instance(EncodedJsonElements(json, source))


def encoded_elements(json: bytes) -> EncodedElements:
    """The elements of DICOM JSON of one image, without a list around it; none of them is decoded.

    Left out are pixel data. Raises ValueError for anything but DICOM JSON.
    """
    try:
        elements = _split(json)
    except RecursionError:
        raise ValueError("this DICOM JSON has sequences without end") from None
    if len(elements) > _MOST_ATTRIBUTES:
        raise ValueError(f"this DICOM JSON has more than {_MOST_ATTRIBUTES} attributes")
    if set(map(len, elements)) != {8} or not _HEX_DIGITS.issuperset("".join(elements)):
        elements = {_key(key): element for key, element in elements.items()}
    for key in _KEYS_LEFT_OUT:
        elements.pop(key, None)
    return elements


class _Lock:
    """A lock of this process: in a forked one, a thread that held it is not there."""

    __slots__ = ("lock", "process")

    def __init__(self) -> None:
        self.lock: Final = RLock()
        self.process: Final = os.getpid()


class EncodedJsonElements(JsonElements):
    """The elements of an image in encoded DICOM JSON."""

    __slots__ = ("_encoded", "_lock", "_source", "_unlisted")

    def __init__(
        self, json: bytes | EncodedElements, source: JsonSource, unlisted: Collection[str] = ()
    ) -> None:
        """``unlisted`` are the keys of attributes that are there and not listed."""
        super().__init__({}, source.bulk_data)
        self._source: Final = source
        self._encoded = encoded_elements(json) if isinstance(json, bytes) else json
        self._unlisted = frozenset(unlisted)
        self._lock = _Lock()

    def tags(self) -> list[int]:
        self._ask_for(None)
        keys = self._encoded.keys() - self._unlisted
        return sorted(tag for tag in (int(key, 16) for key in keys) if _may_be_there(tag))

    def find(self, tag: int, /) -> bool:
        """Whether an attribute is there, once the source was asked for one that is not."""
        key = f"{tag:08X}"
        if key not in self._encoded:
            if not _may_be_there(tag):
                return False
            self._ask_for(tag)
            return key in self._encoded
        # Pixel data, and what is no attribute, were taken out.
        return bool(tag & 0xFFFF) and (tag >> 16 != 0x0002 or tag == TRANSFER_SYNTAX_UID)

    # An instance looks its attributes up with `in`.
    __contains__ = find

    def fill(self, fields: dict[str, Any], wanted: Fields, value_of: ValueOf) -> None:
        for field in wanted.all:
            tag = field.tag
            if self.find(tag):
                element = bytes(self._encoded[f"{tag:08X}"])
                known = _KNOWN.get((tag, element))
                put(fields, field, value_of(tag) if known is None else known)

    def value(self, tag: int) -> Any:
        element = bytes(self._encoded[f"{tag:08X}"])
        value = _KNOWN.get((tag, element))
        if value is None:
            value = super().value(tag)
            if _decides_alone(tag, element, value):
                if len(_KNOWN) >= _MOST_KNOWN:
                    _KNOWN.clear()
                _KNOWN[tag, element] = value
        return value

    def _element(self, tag: int) -> Any:
        element = _decoded(bytes(self._encoded[f"{tag:08X}"]))
        if _lacks_data(tag, element):
            self._ask_for(tag)
            element = _decoded(bytes(self._encoded[f"{tag:08X}"]))
        return element

    def _ask_for(self, tag: int | None) -> None:
        # The second thread finds what the first one got; None would be remembered.
        if self._lock.process != os.getpid():
            self._lock = _Lock()
        lock = self._lock.lock
        try:
            # As metaprov_core.cache.locks has it: no interrupt leaves it held.
            lock.acquire()
            # The rest of a header, and then what that lacks, too.
            for _ in range(2):
                if tag is not None and self._has(tag):
                    break
                more = self._source.more(tag)
                if more is None:
                    break
                self._store(*_elements_in(more))
                self._source.acknowledge(tag)
        finally:
            try:  # noqa: SIM105 - suppress() can be interrupted before the lock is released
                lock.release()
            except RuntimeError:
                # The interrupt came while this thread waited for the lock.
                pass

    def _has(self, tag: int) -> bool:
        element = self._encoded.get(f"{tag:08X}")
        return element is not None and not _lacks_data(tag, _decoded(bytes(element)))

    def _store(self, elements: EncodedElements, is_listed: bool) -> None:
        # First what is not listed, and new objects: other threads may be iterating over these.
        if is_listed:
            self._encoded = {**self._encoded, **elements}
            self._unlisted -= elements.keys()
        else:
            self._unlisted |= elements.keys() - self._encoded.keys()
            self._encoded = {**self._encoded, **elements}

    def __reduce__(self) -> tuple[Any, ...]:
        encoded, unlisted = _encoded_again(self._encoded), tuple(self._unlisted)
        return EncodedJsonElements, (encoded, self._source, unlisted)


def _may_be_there(tag: int) -> bool:
    return is_header_attribute(tag) or tag == TRANSFER_SYNTAX_UID


def _decoded(element: bytes) -> Any:
    try:
        return _decode(element)
    except ValueError:
        pass
    try:
        # A text that is not UTF-8 is read as far as it goes; a number too large is infinite.
        return json.loads(element.decode("utf-8", "replace"))
    except ValueError:
        return element


def _lacks_data(tag: int, element: Any) -> bool:
    """Whether an element is there without the binary data that it is made of."""
    if not isinstance(element, dict):
        return False
    if tag not in _DATA_IN_ITEMS:
        return _is_empty(element) and str(element.get("vr")) in _BINARY
    items = element.get("Value")
    description, data = _DATA_IN_ITEMS[tag]
    return isinstance(items, list) and any(
        isinstance(item, dict) and description in item and _is_empty(item.get(data))
        for item in items
    )


def _is_empty(element: object) -> bool:
    """Whether an element has no value, and says of none where it is."""
    if not isinstance(element, dict):
        return element is None
    return not (element.get("Value") or element.get("InlineBinary") or "BulkDataURI" in element)


def _decides_alone(tag: int, element: bytes, value: object) -> bool:
    """Whether an element alone determines its value, and all of it is as it should be.

    It has no item and no bulk data, and the rest of the header decides nothing.
    """
    if len(element) > _LONGEST_KNOWN or b'"Value"' not in element:
        return False
    # Without a VR that says something, a creator or the rest of the header decides.
    vrs = [vr_where_stated(tag, vr.decode("latin-1")) for vr in _VRS_IN(element)]
    if not vrs or any(vr is None or " or " in vr for vr in vrs):
        return False
    # What is None, and decimals where there should be none, are said in a note each time.
    fitting: Any = str | int if "IS" in vrs else str | int | float
    values = value if isinstance(value, tuple) else (value,)
    return all(isinstance(one, fitting) for one in values)


def _elements_in(more: bytes) -> tuple[EncodedElements, bool]:
    """The elements that a source has besides, and whether they are listed."""
    return encoded_elements(more), not isinstance(more, Unlisted)


def _key(key: str) -> str:
    """The key of an element in upper case: not everybody writes it so."""
    upper = key.upper()
    if len(upper) != 8 or not _HEX_DIGITS.issuperset(upper):
        raise ValueError(f"this is not DICOM JSON: {key!r:.80} is not a tag of 8 hex digits")
    return upper


def _encoded_again(elements: Mapping[str, msgspec.Raw]) -> bytes:
    return msgspec.json.encode(elements)
