"""From values that are already Python's, of DICOM JSON or of pydicom, to natural values.

The rules are those of `metaprov_dicom.Instance`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, Final

from metaprov_core import note

from .dates import written
from .dictionary import label
from .natural import binary_values, one_or_tuple, values_of_text
from .stated_vrs import AS_TEXT
from .vr import DECIMAL_NUMBERS, LUT_DESCRIPTORS, WHOLE_NUMBERS

__all__ = ["natural_of_given", "values_of_given"]

_HEX_DIGITS: Final = frozenset("0123456789ABCDEF")
#: The VRs of binary numbers, by that of the same numbers as text.
_AS_TEXT: Final = {**dict.fromkeys(DECIMAL_NUMBERS, "DS"), **dict.fromkeys(WHOLE_NUMBERS, "IS")}
_NUMBERS: Final = frozenset(_AS_TEXT)
_ESCAPE_OF_GB2312: Final = "\x1b$)A"
_COMPONENT_GROUPS: Final = ("Alphabetic", "Ideographic", "Phonetic")


def natural_of_given(tag: int, vr: str, values: Sequence[Any]) -> object:
    """The natural value of an element that is not a sequence, given its values.

    ``vr`` may be "US or SS" and the like, whose numbers keep the sign that they have. None where
    there is no value, or none that can be understood; the latter is said with
    `metaprov_core.note`.
    """
    vr, natural, _ = _read(tag, vr, values)
    return None if natural is None else one_or_tuple(tag, binary_values(tag, vr, natural))


def values_of_given(tag: int, vr: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The values of an element that is not a sequence, as `Element` has them; None: there is none.

    They are the natural ones, but a tuple whatever the multiplicity, and what is no number where
    one should be is still there.
    """
    vr, natural, texts = _read(tag, vr, values)
    if natural is None:
        return None
    if vr.partition(" ")[0] in _NUMBERS:
        parts = (text.strip(" \0") or None for text in texts)
        natural = [
            part if value is None else value for value, part in zip(natural, parts, strict=False)
        ]
        if tag not in LUT_DESCRIPTORS:
            natural = binary_values(tag, vr, natural)
    return _or_none(natural)


def _read(
    tag: int, vr: str, values: Sequence[Any]
) -> tuple[str, Sequence[object] | None, Sequence[str]]:
    """The VR of binary numbers or of text; the natural values; and the texts they were read from.

    The natural values are None, with a note, where they cannot be understood.
    """
    vr = vr.removesuffix(AS_TEXT)
    kind = vr.partition(" ")[0]
    if kind == "AT":
        return vr, [_tag(tag, value) for value in values], ()
    text = "\\".join(_text(tag, kind, value) for value in values)
    natural = values_of_text(tag, _AS_TEXT.get(kind, kind), text)
    if natural is None and any(value is not None for value in values):
        _not_understood(tag, values)
    return vr, natural, text.split("\\")


def _or_none(values: Sequence[object]) -> tuple[object, ...] | None:
    return None if len(values) <= 1 and values[:1] in ([], [None]) else tuple(values)


def _text(tag: int, kind: str, value: Any) -> str:
    """A value as a file would have it."""
    if isinstance(value, str):
        # pydicom leaves it in the texts that it decodes.
        return value.replace(_ESCAPE_OF_GB2312, "")
    if value is None:
        return ""
    # pydicom's numbers print as they were written, and its names as they should.
    if kind in _NUMBERS and isinstance(value, float):
        return float.__repr__(value)
    if kind in _NUMBERS and isinstance(value, int) and not isinstance(value, bool):
        return int.__repr__(value)
    if isinstance(value, Mapping):
        name = "=".join(_component_group(tag, value.get(group)) for group in _COMPONENT_GROUPS)
        return _text(tag, kind, name.rstrip("="))
    if isinstance(value, date | time):
        return written(kind, value)
    if not isinstance(value, bool | bytes | list | tuple):
        return str(value)
    return _not_understood(tag, value) or ""


def _component_group(tag: int, group: object) -> str:
    if group is None or isinstance(group, str):
        return group or ""
    return _not_understood(tag, group) or ""


def _tag(tag: int, value: Any) -> str | None:
    text = f"{value:08X}" if isinstance(value, int) else _text(tag, "AT", value).upper()
    if len(text) == 8 and _HEX_DIGITS.issuperset(text):
        return text
    return _not_understood(tag, value) if text else None


def _not_understood(tag: int, value: object) -> str | None:
    note(f"{label(tag)} is not understood: {value!r:.80}")
    return None
