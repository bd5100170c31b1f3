"""From the bytes of one element to its natural value: numbers, strings and tuples of them.

The rules are those of the instance (see `metaprov_dicom.instance`). Sequences are not decoded here:
their items are instances.
"""

from __future__ import annotations

import array
import math
import re
import struct
from typing import TYPE_CHECKING, Final

from metaprov_core import note

from .dictionary import shown, vm_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["natural", "natural_name"]

_PADDING: Final = " \0"
_WHOLE_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,100}")
_NUMBERS: Final = {
    "US": "H", "SS": "h", "UL": "I", "SL": "i", "UV": "Q", "SV": "q", "FL": "f", "FD": "d",
}  # fmt: skip
#: Size of the words of a VR whose value is bytes, for the byte order.
_WORDS: Final = {"OB": 1, "UN": 1, "OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}
_ARRAY_TYPES: Final = {2: "H", 4: "I", 8: "Q"}


def natural(
    tag: int,
    vr: str,
    data: bytes,
    little_endian: bool = True,
    charsets: Callable[[], Sequence[str]] = lambda: ("iso8859",),
) -> object:
    """The natural value of an element; None where it has none, or none that can be understood.

    ``vr`` is never "US or SS" and the like; ``charsets`` says Python's names of the character sets
    in force, the first one the default. What cannot be understood is said with
    `metaprov_core.note`.
    """
    if vr in _OF_TEXT:
        values: Sequence[object] = _OF_TEXT[vr](tag, data.decode("latin-1"))
    elif vr in _OF_CHARSET_TEXT:
        values = _OF_CHARSET_TEXT[vr](_in_charset(data, charsets))
    elif vr in _NUMBERS:
        values = _numbers(tag, vr, data, "<" if little_endian else ">")
    elif vr == "AT":
        values = _tags(data, "<" if little_endian else ">")
    else:
        return (data if little_endian else _swapped(vr, data)) or None
    if len(values) != 1:
        return tuple(values) or None
    if values[0] is None:
        return None
    return values[0] if vm_of(tag) in ("1", None) else tuple(values)


def natural_name(text: str) -> str:
    """A person name: its component groups joined by ``=``, without empty ones at the end."""
    return "=".join(group.strip(_PADDING) for group in text.split("=")).rstrip("=")


def _swapped(vr: str, data: bytes) -> bytes:
    size = _WORDS.get(vr, 1)
    if size == 1:
        return data
    words = array.array(_ARRAY_TYPES[size], data[: len(data) - len(data) % size])
    words.byteswap()
    return words.tobytes()


def _numbers(tag: int, vr: str, data: bytes, order: str) -> Sequence[object]:
    code = _NUMBERS[vr]
    count, rest = divmod(len(data), struct.calcsize(f"={code}"))
    if rest:
        note(f"{shown(tag)}: {len(data)} bytes are no whole number of {vr}")
        return ()
    values = struct.unpack(f"{order}{count}{code}", data)
    return [_finite(tag, value) for value in values] if vr in ("FL", "FD") else values


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


def _decimals(tag: int, text: str) -> list[object]:
    return [_decimal(tag, each) if each else None for each in _split(text)]


def _integers(tag: int, text: str) -> list[object]:
    return [_integer(tag, each) if each else None for each in _split(text)]


def _split(text: str) -> list[str]:
    text = text.rstrip(_PADDING)
    return [text.strip()] if "\\" not in text else [each.strip() for each in text.split("\\")]


def _codes(_tag: int, text: str) -> list[object]:
    return _texts(text)


def _one_address(_tag: int, text: str) -> list[object]:
    return _one_text(text)


def _texts(text: str) -> list[object]:
    text = text.rstrip(_PADDING)
    return [each.strip(_PADDING) or None for each in text.split("\\")]


def _texts_with_indent(text: str) -> list[object]:
    return [each.rstrip(_PADDING) or None for each in text.split("\\")]


def _one_text(text: str) -> list[object]:
    return [text.rstrip(_PADDING) or None]


def _names(text: str) -> list[object]:
    return [natural_name(each) or None for each in text.split("\\")]


def _tags(data: bytes, order: str) -> list[object]:
    count = len(data) // 4
    words = struct.unpack(f"{order}{2 * count}H", data[: 4 * count])
    return [f"{group:04X}{number:04X}" for group, number in zip(*[iter(words)] * 2, strict=True)]


def _in_charset(data: bytes, charsets: Callable[[], Sequence[str]]) -> str:
    if data.isascii() and b"\x1b" not in data:
        return data.decode("ascii")
    from pydicom.charset import decode_bytes
    from pydicom.valuerep import TEXT_VR_DELIMS

    return decode_bytes(data, charsets(), TEXT_VR_DELIMS)


#: What is made of text that has no character set, and of text that has one.
_OF_TEXT: Final[dict[str, Callable[[int, str], list[object]]]] = {
    **dict.fromkeys(("AE", "AS", "CS", "DA", "DT", "TM", "UI"), _codes),
    "DS": _decimals,
    "IS": _integers,
    "UR": _one_address,
}
_OF_CHARSET_TEXT: Final[dict[str, Callable[[str], list[object]]]] = {
    **dict.fromkeys(("LO", "SH"), _texts),
    **dict.fromkeys(("ST", "LT", "UT"), _one_text),
    "UC": _texts_with_indent,
    "PN": _names,
}
