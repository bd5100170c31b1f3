"""From the bytes of one element to its natural value: numbers, strings and tuples of them.

The rules are those of `metaprov_dicom.Instance`. Sequences are not decoded here: their items are
instances.
"""

from __future__ import annotations

import array
import re
import struct
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import isfinite
from typing import Any, Final

from metaprov_core import note

from .charsets import ESCAPE, IN_NAMES, IN_TEXTS, IN_VALUES, decoded
from .dictionary import label, vm_of
from .multiplicity import fits
from .stated_vrs import AS_TEXT, CHOICES_BY_SIGN
from .vr import (
    BINARY_NUMBERS,
    DECIMAL_NUMBERS,
    LUT_DESCRIPTORS,
    SIGNED_AS_PIXELS,
    TEXTS_OF_THE_DEFAULT_CHARSET,
    WORDS,
)

__all__ = [
    "DECODERS",
    "binary_values",
    "is_scalar",
    "is_written_as_text",
    "natural",
    "natural_name",
    "one_or_tuple",
    "values_of_text",
]

_PADDING: Final = " \0"
_WHOLE_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,100}")
#: What numbers in text, and between backslashes, are written with.
_IN_NUMBERS: Final = b"0123456789+-.eE \\\0"
#: Tags in text.
_TAGS: Final = re.compile(rb"[0-9A-Fa-f]{8}(?:\\[0-9A-Fa-f]{8})*[ \0]?")


#: Makes the value of an element: of its tag, its bytes, what says Python's names of the character
#: sets in force, the first one the default, and whether the bytes are little endian.
Decode = Callable[[int, bytes, Callable[[], Sequence[str]], bool], object]


def natural(
    tag: int,
    vr: str,
    data: bytes,
    charsets: Callable[[], Sequence[str]],
    little_endian: bool = True,
) -> object:
    """The natural value of an element; None where it has none, or none that can be understood.

    "US or SS" and the like are read without a sign. What cannot be understood is said with
    `metaprov_core.note`.
    """
    return DECODERS.get(vr, _bytes)(tag, data, charsets, little_endian)


def values_of_text(tag: int, vr: str, text: str) -> list[object] | None:
    """The values in the text of an element; None where its VR is not one of text."""
    if vr not in _TEXTS:
        return None
    value_of, _, is_split = _TEXTS[vr]
    return [value_of(tag, part) for part in (_parts(tag, text) if is_split else [text])]


def _parts(tag: int, text: str) -> list[str]:
    """The texts between backslashes, without empty ones at the end that are too many."""
    parts = text.split("\\")
    if not fits(tag, len(parts)):
        count = len(parts)
        while count > 1 and not parts[count - 1].strip(_PADDING):
            count -= 1
            if fits(tag, count):
                return parts[:count]
    return parts


def natural_name(text: str) -> str:
    """A person name: its component groups joined by ``=``, without empty ones at the end."""
    return "=".join(group.strip(_PADDING) for group in text.split("=")).rstrip("=")


@lru_cache(4096)
def is_scalar(tag: int) -> bool:
    """Whether one value of an attribute stands for itself: for private and unknown ones it does."""
    return vm_of(tag) in ("1", None)


def _decoder_of_texts(
    value_of: Callable[[int, str], object], delimiters: bytes, is_split: bool
) -> Decode:
    # Most values are text: this is called for nearly every one that is asked for.
    def decode(
        tag: int, data: bytes, charsets: Callable[[], Sequence[str]], _little_endian: bool
    ) -> object:
        text = _in_charset(tag, data, charsets, delimiters) if delimiters else str(data, "latin-1")
        if is_split and "\\" in text:
            return one_or_tuple(tag, [value_of(tag, part) for part in _parts(tag, text)])
        value = value_of(tag, text)
        return value if value is None or is_scalar(tag) else (value,)

    return decode


def _decoder_of_numbers(vr: str, code: str) -> Decode:
    size = struct.calcsize(f"={code}")
    one = struct.Struct(f"<{code}").unpack

    def decode(
        tag: int, data: bytes, _charsets: Callable[[], Sequence[str]], little_endian: bool
    ) -> object:
        if len(data) == size and little_endian:
            values: Sequence[Any] = one(data)
        elif len(data) % size:
            note(f"{label(tag)}: {len(data)} bytes are not a whole number of {vr}")
            return None
        else:
            order = "<" if little_endian else ">"
            values = struct.unpack(f"{order}{len(data) // size}{code}", data)
        if code in "fd":
            values = [_finite(tag, value) for value in values]
        else:
            values = binary_values(tag, vr, values)
        return one_or_tuple(tag, values)

    return decode


def binary_values(tag: int, vr: str, values: Sequence[Any]) -> Sequence[Any]:
    """Numbers as a binary VR has them: other sources may have them with another sign."""
    if tag in LUT_DESCRIPTORS and values and isinstance(values[0], int):
        return (values[0] & 0xFFFF, *values[1:])
    if tag in SIGNED_AS_PIXELS and vr in _BITS:
        return [_of_bits(value, vr) for value in values]
    return values


def _of_bits(value: Any, vr: str) -> Any:
    """A whole number that fits into the bits of a VR, with the sign that the VR has."""
    bits = _BITS[vr]
    if not isinstance(value, int) or not -(1 << bits - 1) <= value < 1 << bits:
        return value
    value &= (1 << bits) - 1
    return value - (1 << bits) if vr.startswith("S") and value >> bits - 1 else value


def _decoder_of_numbers_or_text(vr: str) -> Decode:
    """The header states a text, but these are binary numbers by the dictionary: both occur."""
    in_text = {"AT": "CS"}.get(vr, "DS" if vr in DECIMAL_NUMBERS else "IS")
    as_binary = DECODERS[vr]

    def decode(
        tag: int, data: bytes, charsets: Callable[[], Sequence[str]], little_endian: bool
    ) -> object:
        if not is_written_as_text(vr, data):
            return as_binary(tag, data, charsets, little_endian)
        values = values_of_text(tag, in_text, str(data, "latin-1").upper()) or ()
        return one_or_tuple(tag, binary_values(tag, vr, values))

    return decode


def one_or_tuple(tag: int, values: Sequence[object]) -> object:
    """What an attribute with these values has: one of multiplicity 1 its value, others a tuple."""
    if len(values) != 1:
        return tuple(values) or None
    return values[0] if values[0] is None or is_scalar(tag) else tuple(values)


def is_written_as_text(vr: str, data: bytes) -> bool:
    """Whether bytes that should be binary numbers or tags are plainly numbers or tags in text."""
    if vr == "AT":
        return _TAGS.fullmatch(data) is not None
    return not data.translate(None, _IN_NUMBERS) and any(48 <= byte <= 57 for byte in data)


def _tags(
    tag: int, data: bytes, _charsets: Callable[[], Sequence[str]], little_endian: bool
) -> object:
    count = len(data) // 4
    words = struct.unpack(f"{'<' if little_endian else '>'}{2 * count}H", data[: 4 * count])
    pairs = zip(*[iter(words)] * 2, strict=True)
    return one_or_tuple(tag, [f"{group:04X}{number:04X}" for group, number in pairs])


def _bytes(
    _tag: int, data: bytes, _charsets: Callable[[], Sequence[str]], _little_endian: bool
) -> object:
    return data or None


def _decoder_of_words(type: str) -> Decode:
    """The value is bytes, whose order is that of words of an array type."""

    def decode(
        _tag: int, data: bytes, _charsets: Callable[[], Sequence[str]], little_endian: bool
    ) -> object:
        if little_endian:
            return data or None
        words = array.array(type)
        words.frombytes(data[: len(data) - len(data) % words.itemsize])
        words.byteswap()
        return words.tobytes() or None

    return decode


def _finite(tag: int, value: float) -> float | None:
    if isfinite(value):
        return value
    note(f"{label(tag)}: {value} is not a finite number")
    return None


def _decimal(tag: int, text: str) -> float | None:
    text = text.strip(_PADDING)
    try:
        value = float(text)
    except ValueError:
        text = text.strip()
    else:
        # Python reads 1_000 as a number; DICOM does not.
        if isfinite(value) and "_" not in text:
            return value
    if text:
        note(f"{label(tag)}: {text!r} is not a finite number")
    return None


def _integer(tag: int, text: str) -> int | float | None:
    text = text.strip(_PADDING)
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    value = _decimal(tag, text)
    if value is None or value.is_integer():
        return None if value is None else int(value)
    note(f"{label(tag)}: {text!r} is not a whole number")
    return value


def _trimmed(_tag: int, text: str) -> str | None:
    return text.strip(_PADDING) or None


def _trimmed_at_the_end(_tag: int, text: str) -> str | None:
    return text.rstrip(_PADDING) or None


def _name(_tag: int, text: str) -> str | None:
    return natural_name(text) or None


def _in_charset(
    tag: int, data: bytes, charsets: Callable[[], Sequence[str]], delimiters: bytes
) -> str:
    if data.isascii() and ESCAPE not in data:
        return data.decode("ascii")
    text, is_all = decoded(data, charsets(), delimiters)
    if not is_all:
        note(f"{label(tag)} has bytes that are not in the character sets of its header")
    return text


#: By VR: what is made of each of the texts in a value, what is a delimiter in them if they have a
#: character set, and whether a backslash separates them.
_TEXTS: Final[dict[str, tuple[Callable[[int, str], object], bytes, bool]]] = {
    **dict.fromkeys(TEXTS_OF_THE_DEFAULT_CHARSET, (_trimmed, b"", True)),
    **dict.fromkeys(("LO", "SH"), (_trimmed, IN_VALUES, True)),
    **dict.fromkeys(("LT", "ST", "UT"), (_trimmed_at_the_end, IN_TEXTS, False)),
    "UC": (_trimmed_at_the_end, IN_VALUES, True),
    "UR": (_trimmed_at_the_end, b"", False),
    "DS": (_decimal, b"", True),
    "IS": (_integer, b"", True),
    "PN": (_name, IN_NAMES, True),
}
#: By VR; those that are not here, OB and UN among them, are bytes.
DECODERS: Final[dict[str, Decode]] = {
    **{vr: _decoder_of_texts(*text) for vr, text in _TEXTS.items()},
    **{vr: _decoder_of_numbers(vr, code) for vr, code in BINARY_NUMBERS.items()},
    **{vr: _decoder_of_words(type) for vr, type in WORDS.items()},
    "AT": _tags,
}
DECODERS.update({vr + AS_TEXT: _decoder_of_numbers_or_text(vr) for vr in (*BINARY_NUMBERS, "AT")})
DECODERS.update({choice: DECODERS[unsigned] for choice, (unsigned, _) in CHOICES_BY_SIGN.items()})
_BITS: Final = {"US": 16, "SS": 16, "UL": 32, "SL": 32, "UV": 64, "SV": 64}
