"""Values that DICOM JSON has behind a URI instead of in itself (PS3.18 F.2.6)."""

from __future__ import annotations

from collections.abc import Callable
from struct import calcsize
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_dicom.instance.not_read_yet import UnreadValue
from metaprov_dicom.values.vr import BINARY_NUMBERS, WORDS

if TYPE_CHECKING:
    from metaprov_dicom.instance.instance import Element

__all__ = ["Bulk", "BulkValue", "bulk_value"]

#: The VRs whose values may be behind a URI (PS3.18 F.2.2).
_ALLOWED: Final = frozenset(
    {*BINARY_NUMBERS, *WORDS, "DS", "IS", "LT", "OB", "ST", "UC", "UN", "UT"}
)


class BulkValue(NamedTuple):
    """A value that a URI may stand for."""

    #: Where it is: tags as 8 upper-case hex digits, and between them the numbers of the items that
    #: lead to it, counted from 1: ``("54000100", 1, "54001010")``.
    path: tuple[str | int, ...]
    vr: str
    #: How many bytes it has; None where that is not known.
    length: int | None
    #: The URI that it is behind already, in the DICOM JSON that it is from.
    uri: str | None


#: Says the URI of a value; None where the value itself is to be in the JSON.
Bulk = Callable[[BulkValue], str | None]


def bulk_value(path: tuple[str | int, ...], element: Element, over: int) -> BulkValue | None:
    """What identifies the value of an element, if a URI may stand for it.

    Of values whose length is known only those that have more than ``over`` bytes.
    """
    value = element.value
    if value is None or element.vr not in _ALLOWED:
        return None
    uri = None
    if isinstance(value, UnreadValue):
        length, uri = value.length, value.uri
    else:
        length = len(value) if isinstance(value, bytes) else _length(element.vr, value)
    if length is not None and length <= over:
        return None
    return BulkValue(path, element.vr, length, uri)


def _length(vr: str, values: tuple[Any, ...]) -> int:
    """How many bytes values have in a file whose text is UTF-8."""
    if vr in BINARY_NUMBERS:
        return len(values) * calcsize(f"={BINARY_NUMBERS[vr]}")
    texts = ("" if value is None else str(value) for value in values)
    return len("\\".join(texts).encode("utf-8", "replace"))
