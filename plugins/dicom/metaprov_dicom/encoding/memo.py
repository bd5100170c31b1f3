"""Values kept by their bytes: most of a header is the same as in the image before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from metaprov_dicom.instance.fields import Field
    from metaprov_dicom.instance.instance import Element, Instance

__all__ = [
    "KNOWN",
    "KNOWN_ELEMENTS",
    "KNOWN_ITEMS",
    "KNOWN_VALUES",
    "LONGEST_KNOWN",
    "keep",
    "keep_element",
    "keep_items",
    "keep_value",
    "plain_value",
]

#: Fitting values, by the bytes of their elements. Elements with a VR and those without one cannot
#: be confused, as only short ones are kept.
KNOWN: Final[dict[bytes, Any]] = {}

#: Elements whose bytes alone decide what they are, by their bytes: of those with a VR only those
#: whose length has 2 bytes.
KNOWN_ELEMENTS: Final[dict[bytes, Element]] = {}

#: Natural values that nothing but the bytes of their elements decides, by these.
KNOWN_VALUES: Final[dict[bytes, Any]] = {}

#: The items of sequences, by whether elements say their VR, and by the bytes of the sequence behind
#: those of the attributes of the image that decide what is in it.
KNOWN_ITEMS: Final[dict[tuple[bool, bytes], tuple[Instance, ...]]] = {}

#: How many of these are kept, and how long they are.
_MOST_ITEMS: Final = 100
_LONGEST_ITEMS: Final = 2_000

#: How many are kept of each other, and how long their elements, or the values of elements, may be.
_MOST: Final = 4_000
_LONGEST: Final = 120
LONGEST_KNOWN: Final = _LONGEST - 8


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


def keep_element(written: bytes, element: Element) -> None:
    """Keep an element in `KNOWN_ELEMENTS`, unless it is long."""
    if len(written) <= _LONGEST:
        if len(KNOWN_ELEMENTS) >= _MOST:
            KNOWN_ELEMENTS.clear()
        KNOWN_ELEMENTS[written] = element


def keep_value(written: bytes, value: Any) -> None:
    """Keep a natural value in `KNOWN_VALUES` by its element."""
    if len(KNOWN_VALUES) >= _MOST:
        KNOWN_VALUES.clear()
    KNOWN_VALUES[written] = value


def keep_items(explicit: bool, written: bytes, items: tuple[Instance, ...]) -> None:
    """Keep the items of a sequence in `KNOWN_ITEMS`, unless it is long."""
    if len(written) <= _LONGEST_ITEMS:
        if len(KNOWN_ITEMS) >= _MOST_ITEMS:
            KNOWN_ITEMS.clear()
        KNOWN_ITEMS[explicit, written] = items
