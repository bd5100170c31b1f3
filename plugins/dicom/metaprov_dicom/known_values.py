"""Values of elements that were decoded before: most of a header is that of the image before it."""

from __future__ import annotations

from typing import Any, Final

from .values import IN_CHARSET

__all__ = ["FITTING", "KNOWN", "remember", "remember_fitting"]

#: Values by their elements as they are written, with VR or, if they are public, without: the one
#: can never be the other, as what is kept is short. A value is here only if nothing but the element
#: decides on it, and all of it was understood.
KNOWN: Final[dict[bytes, Any]] = {}
#: What modules have for these elements: the values of the attribute's kind and number.
FITTING: Final[dict[bytes, Any]] = {}

#: How many are known, and how long their elements may be. What differs from image to image only
#: passes through.
_MOST: Final = 4_000
_LONGEST: Final = 120


def remember(element: bytes, vr: str, value: Any) -> None:
    """Keep the value of an element, if another element like it must have that value too."""
    if value is None or len(element) > _LONGEST or (isinstance(value, tuple) and None in value):
        return
    if vr in IN_CHARSET and not (element[8:].isascii() and b"\x1b" not in element):
        return
    if len(KNOWN) >= _MOST:
        KNOWN.clear()
    KNOWN[element] = value


def remember_fitting(element: bytes, value: Any) -> None:
    """Keep what fits of an element, if its value is known; None where nothing does."""
    if value is None or element not in KNOWN:
        return
    if len(FITTING) >= _MOST:
        FITTING.clear()
    FITTING[element] = value
