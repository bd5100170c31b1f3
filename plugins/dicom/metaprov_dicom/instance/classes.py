"""Which Python class the natural value of an attribute has, by its VR and VM."""

from __future__ import annotations

from typing import Final

from metaprov_dicom.values.dictionary import vr_of
from metaprov_dicom.values.natural import is_scalar
from metaprov_dicom.values.vr import DECIMAL_NUMBERS, TEXTS, WHOLE_NUMBERS

__all__ = ["class_of"]

#: Of one value, by VR; those that are not here, OB and UN among them, are bytes.
_CLASSES: Final[dict[str, type]] = {
    **dict.fromkeys((*TEXTS, "AT", "LT", "ST", "UC", "UR", "UT"), str),
    **dict.fromkeys(DECIMAL_NUMBERS, float),
    **dict.fromkeys(WHOLE_NUMBERS, int),
    "SQ": tuple,
}


def class_of(tag: int) -> type | None:
    """The class of the values that an attribute has where it is used as the dictionary says.

    It is ``object`` where the header decides between numbers and bytes, and None for private and
    unknown attributes. An attribute of multiplicity 1 that has several values, against its
    definition, is a tuple nevertheless.
    """
    vr = None if tag >> 16 & 1 else vr_of(tag)
    if vr is None:
        return None
    classes = {_class_of(tag, each) for each in vr.split(" or ")}
    return classes.pop() if len(classes) == 1 else object


def _class_of(tag: int, vr: str) -> type:
    of_one = _CLASSES.get(vr, bytes)
    return of_one if of_one is bytes or is_scalar(tag) else tuple
