"""Values that were read before: most of a header is that of the image before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from metaprov_dicom.instance.fields import Field

__all__ = ["KNOWN", "plain_value"]

#: What fits, by the elements as they are written, with VR or, if they are public, without: neither
#: can be taken for the other, as what is kept is short.
KNOWN: Final[dict[bytes, Any]] = {}

#: How many are known, and how long their elements may be. What differs from image to image only
#: passes through.
_MOST: Final = 4_000
_LONGEST: Final = 120


def plain_value(field: Field, element: bytes, explicit: bool) -> Any:
    """The plain value of an element that was not known; None where it has none, or is empty.

    ``explicit`` elements say their VR.
    """
    plain = field.plain.get(element[4:6] if explicit else b"")
    if plain is None or len(element) > _LONGEST:
        return None
    value = plain(element[8:])
    if value is not None:
        if len(KNOWN) >= _MOST:
            KNOWN.clear()
        KNOWN[element] = value
    return value
