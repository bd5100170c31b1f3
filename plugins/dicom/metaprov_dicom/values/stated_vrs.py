"""By which VR an attribute is decoded where a header states another one than the dictionary does.

Converters state numbers as text (PixelSpacing as UT), texts as bytes, sequences as UN. What an
attribute is does not change by that: a public one is decoded, and split, by the dictionary's VR
where the stated one is of another kind.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from .dictionary import vr_of
from .vr import BINARY_NUMBERS, SIGNED_AS_PIXELS, TELLING, TEXTS_OF_THE_DEFAULT_CHARSET, WORDS

__all__ = ["AS_TEXT", "CHOICES_BY_SIGN", "vr_where_stated"]

#: Behind the VR of binary numbers that a header states as text: ``US as text``. The bytes decide.
AS_TEXT: Final = " as text"

_TEXT: Final = "text"
_NUMBERS_IN_TEXT: Final = "numbers in text"
_BINARY: Final = "binary numbers"
_BYTES: Final = "bytes"
_ITEMS: Final = "items"
_KINDS: Final = {
    **dict.fromkeys((*TEXTS_OF_THE_DEFAULT_CHARSET, "LO", "LT", "PN", "SH", "ST"), _TEXT),
    **dict.fromkeys(("UC", "UR", "UT"), _TEXT),
    **dict.fromkeys(("DS", "IS"), _NUMBERS_IN_TEXT),
    **dict.fromkeys((*BINARY_NUMBERS, "AT", "US or SS"), _BINARY),
    **dict.fromkeys(("OB", *WORDS), _BYTES),
    "SQ": _ITEMS,
}

_DICTIONARY: Final = "the dictionary's"
_IN_CHARSET: Final = "the dictionary's, in the character set"
_OF_THAT_SIZE: Final = "the dictionary's, if its numbers have that size"
_NUMBERS_AS_TEXT: Final = "the dictionary's, as text if it is"
#: Which VR counts, by the kinds of the dictionary's and of the stated one; the stated one else: a
#: spacing of FD is binary whatever the dictionary says.
_COUNTS: Final = {
    (_TEXT, _TEXT): _IN_CHARSET,
    (_TEXT, _NUMBERS_IN_TEXT): _DICTIONARY,
    (_TEXT, _BYTES): _DICTIONARY,
    (_NUMBERS_IN_TEXT, _TEXT): _DICTIONARY,
    (_NUMBERS_IN_TEXT, _NUMBERS_IN_TEXT): _DICTIONARY,
    (_NUMBERS_IN_TEXT, _BYTES): _DICTIONARY,
    (_BINARY, _TEXT): _NUMBERS_AS_TEXT,
    (_BINARY, _NUMBERS_IN_TEXT): _NUMBERS_AS_TEXT,
    (_BINARY, _BYTES): _OF_THAT_SIZE,
    (_ITEMS, _BYTES): _DICTIONARY,
}
#: Of the bytes that are words of 4 and 8, the numbers of that size, and which have it.
_NUMBERS_IN_WORDS: Final = {
    "OF": ("FL", ("FL", "UL", "SL", "AT")),
    "OL": ("UL", ("FL", "UL", "SL", "AT")),
    "OD": ("FD", ("FD", "UV", "SV")),
    "OV": ("UV", ("FD", "UV", "SV")),
}
#: In which way texts without a character set are written with one.
_WITH_CHARSET: Final = {**dict.fromkeys(TEXTS_OF_THE_DEFAULT_CHARSET, "LO"), "UR": "UT"}

#: Between which VRs the sign of the pixels decides: without it, and with it.
CHOICES_BY_SIGN: Final = {
    "US or SS": ("US", "SS"),
    "UL or SL": ("UL", "SL"),
    "UV or SV": ("UV", "SV"),
    f"US or SS{AS_TEXT}": (f"US{AS_TEXT}", f"SS{AS_TEXT}"),
}
_BY_SIGN: Final = {vr: choice for choice, vrs in CHOICES_BY_SIGN.items() for vr in vrs}


@lru_cache(8192)
def vr_where_stated(tag: int, stated: str | None) -> str | None:
    """The VR by which an attribute is decoded, given the one that a header states.

    "US or SS" and the like where the rest of the header decides, and None where that is all there
    is to decide by: of a private or unknown attribute without a VR that says something.
    """
    is_told = stated in TELLING
    # Nobody states a sequence by mistake.
    known = None if tag >> 16 & 1 or stated == "SQ" else vr_of(tag)
    if known is None:
        return stated if is_told else None
    vr = _counting(known, stated) if is_told and stated else known
    # Whatever is stated: PS3.3 C.7.5.1.1.2.
    return _BY_SIGN.get(vr, vr) if tag in SIGNED_AS_PIXELS else vr


def _counting(known: str, stated: str) -> str:
    if stated in known.split(" or "):
        return stated
    counts = _COUNTS.get((_KINDS.get(known, _BYTES), _KINDS[stated]))
    if counts is None:
        return stated
    if counts is _NUMBERS_AS_TEXT:
        return known + AS_TEXT
    if counts is _IN_CHARSET and stated not in _WITH_CHARSET:
        return _WITH_CHARSET.get(known, known)
    if counts is _OF_THAT_SIZE and stated in _NUMBERS_IN_WORDS:
        numbers, of_that_size = _NUMBERS_IN_WORDS[stated]
        return known if known in of_that_size else numbers
    return known
