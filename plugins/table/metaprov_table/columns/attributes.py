"""Attributes of DICOM: which Arrow type a keyword has, by its VR and multiplicity (PS3.6)."""

from __future__ import annotations

import re
from typing import Final

from pydicom.datadict import dictionary_VR, keyword_dict, tag_for_keyword

from .bulk import BULK_VRS
from .form import BINARY, DOUBLE, INT, JSON, JSON_BUT_NO_BYTES, TEXT, Form, list_of

__all__ = ["attribute_form", "is_bulk", "keywords", "tag_of", "without_parentheses"]

_NUMBERS: Final = {
    **dict.fromkeys(("DS", "FD", "FL"), DOUBLE),
    **dict.fromkeys(("IS", "SL", "SS", "SV", "UL", "US", "UV"), INT),
}
_HEX_DIGITS: Final = frozenset("0123456789abcdefABCDEF")
#: As the standard writes tags, with and without parentheses.
_TAG: Final = re.compile(r"\(?([0-9A-Fa-f]{4}),\s*([0-9A-Fa-f]{4})\)?")


def without_parentheses(type: str) -> str:
    """A type; ``00191010`` for a tag that is written as ``(0019,1010)``."""
    tag = _TAG.fullmatch(type)
    return type if tag is None else f"{tag[1]}{tag[2]}".upper()


def tag_of(type: str) -> int | None:
    """The tag that a type is, or whose keyword; None for one that is no attribute."""
    if len(type) == 8 and _HEX_DIGITS.issuperset(type):
        return int(type, 16)
    return tag_for_keyword(type)


def keywords() -> frozenset[str]:
    """All keywords of the dictionary."""
    return frozenset(keyword_dict)


def is_bulk(type: str) -> bool:
    """Whether the values of an attribute are binary, or may be."""
    return not BULK_VRS.isdisjoint(_vrs_of(type))


def attribute_form(type: str, answer_class: type | None, *, bulk: bool) -> Form:
    """The form of the natural values of an attribute; ``answer_class`` is what the host says.

    One of multiplicity 1 has one value, any other a list. Sequences are JSON, and so are private
    and unknown attributes, whose VR only the header tells.
    """
    vrs = _vrs_of(type)
    if not vrs:
        return JSON if bulk else JSON_BUT_NO_BYTES
    if "SQ" in vrs:
        return JSON
    forms = {BINARY if vr in BULK_VRS else _NUMBERS.get(vr, TEXT) for vr in vrs}
    if len(forms) > 1:
        return JSON
    (form,) = forms
    return list_of(form) if answer_class is tuple else form


def _vrs_of(type: str) -> tuple[str, ...]:
    """The VRs that the dictionary allows; none of a private or unknown attribute."""
    tag = tag_of(type)
    if tag is None or tag >> 16 & 1:
        return ()
    try:
        return tuple(dictionary_VR(tag).split(" or "))
    except KeyError:
        return ()
