"""The value representations (PS3.5 6.2): how each is written, and what kind of value it holds."""

from __future__ import annotations

import array
from typing import Final

__all__ = [
    "BINARY_NUMBERS",
    "DECIMAL_NUMBERS",
    "LUT_DESCRIPTORS",
    "SIGNED_AS_PIXELS",
    "TELLING",
    "TEXTS",
    "TEXTS_OF_THE_DEFAULT_CHARSET",
    "UNDEFINED_LENGTH",
    "WHOLE_NUMBERS",
    "WITH_CHARSET",
    "WITH_LONG_LENGTH",
    "WITH_SHORT_LENGTH",
    "WORDS",
    "little_endian",
]

#: By how many bytes say their length: 2, or 4 behind 2 that are reserved (PS3.5 7.1.2).
WITH_SHORT_LENGTH: Final = (
    "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL", "SS",
    "ST", "TM", "UI", "UL", "US",
)  # fmt: skip
WITH_LONG_LENGTH: Final = (
    "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV",
)  # fmt: skip
#: The length of what says its end by a delimiter.
UNDEFINED_LENGTH: Final = 0xFFFFFFFF

#: Those that say something of a value; "UN" does not.
TELLING: Final = frozenset(WITH_SHORT_LENGTH + WITH_LONG_LENGTH) - {"UN"}

#: Short texts, one value or several; the first of them have no character set.
TEXTS_OF_THE_DEFAULT_CHARSET: Final = ("AE", "AS", "CS", "DA", "DT", "TM", "UI")
TEXTS: Final = (*TEXTS_OF_THE_DEFAULT_CHARSET, "LO", "PN", "SH")

#: Texts in the character set of the data set (PS3.5 6.1.2.2).
WITH_CHARSET: Final = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})

#: Binary numbers, by the code that `struct` has for them.
BINARY_NUMBERS: Final = {
    "US": "H", "SS": "h", "UL": "I", "SL": "i", "UV": "Q", "SV": "q", "FL": "f", "FD": "d",
}  # fmt: skip
DECIMAL_NUMBERS: Final = ("DS", "FD", "FL")
WHOLE_NUMBERS: Final = ("IS", "SL", "SS", "SV", "UL", "US", "UV")
#: Bytes whose order is that of words, by the type that `array` has for them.
WORDS: Final = {"OW": "H", "OF": "I", "OL": "I", "OD": "Q", "OV": "Q"}

#: By how many bytes the order of a value's bytes goes, by the type that `array` has for them.
_ORDERED: Final = {
    **WORDS, **dict.fromkeys(("US", "SS", "AT"), "H"), **dict.fromkeys(("UL", "SL", "FL"), "I"),
    **dict.fromkeys(("UV", "SV", "FD"), "Q"),
}  # fmt: skip

#: The descriptors whose first value, the number of entries, is unsigned whatever VR is stated.
LUT_DESCRIPTORS: Final = frozenset({0x00281101, 0x00281102, 0x00281103, 0x00283002})

#: SmallestImagePixelValue, LargestImagePixelValue, PixelPaddingValue and PixelPaddingRangeLimit:
#: stored values, signed where PixelRepresentation is 1, whatever VR is stated (PS3.3 C.7.5.1.1.2).
SIGNED_AS_PIXELS: Final = frozenset({0x00280106, 0x00280107, 0x00280120, 0x00280121})


def little_endian(vr: str, data: bytes) -> bytes:
    """The value of a big endian element as a little endian one has it.

    Bytes that are no whole number of words are as they were: nobody can tell which these are.
    """
    type = _ORDERED.get(vr)
    if type is None:
        return data
    words = array.array(type)
    if len(data) % words.itemsize:
        return data
    words.frombytes(data)
    words.byteswap()
    return words.tobytes()
