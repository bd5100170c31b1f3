"""Values as DICOM JSON has them (PS3.18 F.2.3 to F.2.7), by their VR.

What is not a number where one should be stays a string, which PS3.18 F.2.3 allows for DS, IS, SV
and UV; for the other numbers, and where bytes are not a whole number of them, it is null, with a
note. So an instance of the JSON has the values that the instance of the header has.
"""

from __future__ import annotations

import binascii
import re
import struct
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_core import note
from metaprov_dicom.values.charsets import DEFAULT_CHARSETS
from metaprov_dicom.values.dictionary import label
from metaprov_dicom.values.natural import natural
from metaprov_dicom.values.vr import BINARY_NUMBERS, TEXTS, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["EMPTY", "behind", "of_bytes", "of_values"]

#: VRs whose values are base64 (PS3.18 F.2.7).
_BASE64: Final = frozenset({"OB", "UN", *WORDS})
_NUMBERS_IN_TEXT: Final = ("DS", "IS")
#: What programs that have all numbers in 64 bits of floating point can hold, JavaScript's among
#: them.
_LARGEST_SAFE: Final = 2**53
_PADDING: Final = " \0"
#: Sign, whole digits, fraction and exponent of a number.
_NUMBER: Final = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?")
_COMPONENT_GROUPS: Final = (b'"Alphabetic":', b'"Ideographic":', b'"Phonetic":')

#: What an element has behind its VR that has no value.
EMPTY: Final = b"}"
_encode: Final = msgspec.json.encode


def behind(uri: str) -> bytes:
    """What an element has behind its VR whose value is at a URI."""
    return b',"BulkDataURI":%b}' % _string(0, uri)


def of_bytes(tag: int, vr: str, data: bytes) -> bytes:
    """What an element has behind its VR, given its bytes: little endian, text without escapes."""
    if vr in _BASE64:
        return b',"InlineBinary":"%b"}' % binascii.b2a_base64(data, newline=False)
    if vr in _NUMBERS_IN_TEXT:
        parts = str(data, "latin-1").split("\\")
        return _ends_of(_number_in_text(vr, part.strip(_PADDING)) for part in parts)
    if vr in BINARY_NUMBERS:
        return of_values(tag, vr, _unpacked(tag, vr, data))
    value = natural(tag, vr, data, _no_charsets)
    return of_values(tag, vr, value if isinstance(value, tuple) else (value,))


def of_values(tag: int, vr: str, values: Iterable[Any]) -> bytes:
    """What an element has behind its VR, given its values."""
    value_of = _VALUES.get(vr, _number)
    return _ends_of(value_of(tag, value) if value is not None else None for value in values)


def _ends_of(values: Iterable[bytes | None]) -> bytes:
    encoded = list(values)
    if len(encoded) == 1 and encoded[0] is None:
        return EMPTY
    return b',"Value":[%b]}' % b",".join([b"null" if one is None else one for one in encoded])


def _unpacked(tag: int, vr: str, data: bytes) -> tuple[Any, ...]:
    code = BINARY_NUMBERS[vr]
    size = struct.calcsize(f"={code}")
    if len(data) % size:
        note(f"{label(tag)}: {len(data)} bytes are not a whole number of {vr}")
        return (None,)
    return struct.unpack(f"<{len(data) // size}{code}", data)


def _number_in_text(vr: str, text: str) -> bytes | None:
    """A decimal, its digits as they are, or the text if it is no number that JSON has."""
    if not text:
        return None
    found = _NUMBER.fullmatch(text)
    sign, whole, fraction, exponent = found.groups() if found else ("", "", None, None)
    # An exponent may be beyond floating point, where nobody reads a number.
    if not (whole or fraction) or not isfinite(float(text)):
        return _string(0, text)
    number = ("-" if sign == "-" else "") + (whole.lstrip("0") or "0")
    if fraction and (vr == "DS" or exponent or fraction.strip("0")):
        number += f".{fraction}"
    return (f"{number}e{exponent}" if exponent else number).encode()


def _number(tag: int, value: Any) -> bytes | None:
    if isinstance(value, float):
        if isfinite(value):
            return float.__repr__(value).encode()
    elif isinstance(value, int):
        return b"%d" % value
    note(f"{label(tag)}: {value!r:.80} is not a finite number")
    return None


def _number_or_string(tag: int, value: Any) -> bytes | None:
    if isinstance(value, str):
        return _string(tag, value)
    if isinstance(value, int) and abs(value) > _LARGEST_SAFE:
        return b'"%d"' % value
    return _number(tag, value)


def _string(_tag: int, value: Any) -> bytes:
    try:
        return _encode(str(value))
    except UnicodeEncodeError:
        # Half a character, which Python's strings may have, and UTF-8 has not.
        return _encode(str(value).encode("utf-8", "replace").decode())


def _name(tag: int, value: Any) -> bytes:
    groups = zip(_COMPONENT_GROUPS, str(value).split("=", 2), strict=False)
    return b"{%b}" % b",".join([name + _string(tag, group) for name, group in groups if group])


def _no_charsets() -> Sequence[str]:
    return DEFAULT_CHARSETS


#: What encodes a value, by VR; those that are not here are numbers, and may be nothing else.
_VALUES: Final[dict[str, Callable[[int, Any], bytes | None]]] = {
    **dict.fromkeys((*TEXTS, "AT", "LT", "ST", "UC", "UR", "UT"), _string),
    **dict.fromkeys((*_NUMBERS_IN_TEXT, "SV", "UV"), _number_or_string),
    "PN": _name,
}
