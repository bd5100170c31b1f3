"""From the bytes of one element to its natural value: numbers, strings and tuples of them.

The rules are those of the instance (see `metaprov_dicom.instance`). Sequences are not decoded here:
their items are instances.
"""

from __future__ import annotations

import array
import math
import re
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import note

from .dictionary import shown, vm_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Encoded", "natural", "natural_name"]


class Encoded(NamedTuple):
    """An element as it is written."""

    tag: int
    #: The VR, resolved: never "US or SS".
    vr: str
    data: bytes
    little_endian: bool
    #: Python's names of the character sets in force, the first one the default.
    charsets: Sequence[str]


_PADDING: Final = " \0"
_WHOLE_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,100}")
_NUMBERS: Final = {
    "US": "H", "SS": "h", "UL": "I", "SL": "i", "UV": "Q", "SV": "q", "FL": "f", "FD": "d",
}  # fmt: skip
#: Size of the words of a VR whose value is bytes, for the byte order.
_WORDS: Final = {"OB": 1, "UN": 1, "OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}
_ARRAY_TYPES: Final = {2: "H", 4: "I", 8: "Q"}


def natural(element: Encoded) -> object:
    """The natural value of an element; None where it has none, or none that can be understood.

    What cannot be understood is said with `metaprov_core.note`.
    """
    vr = element.vr
    if vr in _WORDS or vr not in _DECODERS:
        return _little_endian(element) or None
    values = _DECODERS[vr](element)
    if not values or values == [None]:
        return None
    if len(values) == 1 and vm_of(element.tag) in ("1", None):
        return values[0]
    return tuple(values)


def natural_name(text: str) -> str:
    """A person name: its component groups joined by ``=``, without empty ones at the end."""
    return "=".join(group.strip(_PADDING) for group in text.split("=")).rstrip("=")


def _little_endian(element: Encoded) -> bytes:
    data, size = element.data, _WORDS.get(element.vr, 1)
    if element.little_endian or size == 1:
        return data
    words = array.array(_ARRAY_TYPES[size], data[: len(data) - len(data) % size])
    words.byteswap()
    return words.tobytes()


def _numbers(element: Encoded) -> list[object]:
    code, data = _NUMBERS[element.vr], element.data
    count, rest = divmod(len(data), struct.calcsize(f"={code}"))
    if rest:
        note(f"{shown(element.tag)}: {len(data)} bytes are no whole number of {element.vr}")
        return []
    values = struct.unpack(f"{'<' if element.little_endian else '>'}{count}{code}", data)
    if element.vr in ("FL", "FD"):
        return [_finite(element.tag, value) for value in values]
    return list(values)


def _finite(tag: int, value: float) -> float | None:
    if math.isfinite(value):
        return value
    note(f"{shown(tag)}: {value} is not a finite number")
    return None


def _decimal(tag: int, text: str) -> float | None:
    try:
        # Python reads 1_000 as a number; DICOM does not.
        value = math.nan if "_" in text else float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    note(f"{shown(tag)}: {text!r} is not a finite number")
    return None


def _integer(tag: int, text: str) -> int | None:
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    value = _decimal(tag, text)
    if value is None or value.is_integer():
        return None if value is None else int(value)
    note(f"{shown(tag)}: {text!r} is not a whole number")
    return None


def _number_strings(
    number: Callable[[int, str], float | None],
) -> Callable[[Encoded], list[object]]:
    def decode(element: Encoded) -> list[object]:
        texts = (text.strip() for text in _padded(_latin(element)).split("\\"))
        return [number(element.tag, text) if text else None for text in texts]

    return decode


def _codes(element: Encoded) -> list[object]:
    return _each_trimmed(_latin(element))


def _texts(element: Encoded) -> list[object]:
    return _each_trimmed(_decoded(element))


def _texts_with_indent(element: Encoded) -> list[object]:
    return [text.rstrip(_PADDING) or None for text in _decoded(element).split("\\")]


def _names(element: Encoded) -> list[object]:
    return [natural_name(text) or None for text in _decoded(element).split("\\")]


def _one_text(element: Encoded) -> list[object]:
    return [_decoded(element).rstrip(_PADDING) or None]


def _one_address(element: Encoded) -> list[object]:
    return [_latin(element).rstrip(_PADDING) or None]


def _tags(element: Encoded) -> list[object]:
    count = len(element.data) // 4
    order = "<" if element.little_endian else ">"
    words = struct.unpack(f"{order}{2 * count}H", element.data[: 4 * count])
    return [f"{group:04X}{number:04X}" for group, number in zip(*[iter(words)] * 2, strict=True)]


def _each_trimmed(text: str) -> list[object]:
    return [value.strip(_PADDING) or None for value in _padded(text).split("\\")]


def _padded(text: str) -> str:
    return text.rstrip(_PADDING)


def _latin(element: Encoded) -> str:
    return element.data.decode("latin-1")


def _decoded(element: Encoded) -> str:
    data = element.data
    if data.isascii() and b"\x1b" not in data:
        return data.decode("ascii")
    from pydicom.charset import decode_bytes
    from pydicom.valuerep import TEXT_VR_DELIMS

    return decode_bytes(data, element.charsets, TEXT_VR_DELIMS)


_DECODERS: Final[dict[str, Callable[[Encoded], list[object]]]] = {
    **dict.fromkeys(_NUMBERS, _numbers),
    **dict.fromkeys(("AE", "AS", "CS", "DA", "DT", "TM", "UI"), _codes),
    **dict.fromkeys(("LO", "SH"), _texts),
    **dict.fromkeys(("ST", "LT", "UT"), _one_text),
    "UC": _texts_with_indent,
    "UR": _one_address,
    "PN": _names,
    "AT": _tags,
    "DS": _number_strings(_decimal),
    "IS": _number_strings(_integer),
}
