"""Values kept by their bytes: most of a header is the same as in the image before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from metaprov_dicom.instance.fields import Field

__all__ = ["KNOWN", "keep", "plain_value"]

#: Fitting values, by the bytes of their elements. Elements with a VR and those without one cannot
#: be confused, as only short ones are kept.
KNOWN: Final[dict[bytes, Any]] = {}

#: How many are kept, and how long their elements may be.
_MOST: Final = 4_000
_LONGEST: Final = 120


def plain_value(field: Field, element: bytes, explicit: bool) -> Any:
    """The plain value of an element that is not in `KNOWN` yet; None where it has none.

    ``explicit`` elements say their VR.
    """
    plain = field.plain.get(element[4:6] if explicit else b"")
    if plain is None or len(element) > _LONGEST:
        return None
    value = plain(element[8:])
    if value is not None:
        keep(element, value)
    return value


def keep(element: bytes, value: Any) -> None:
    """Keep a fitting value by its element, and what else decides it behind that."""
    if len(KNOWN) >= _MOST:
        KNOWN.clear()
    KNOWN[element] = value
