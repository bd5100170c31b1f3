"""What stored values measure, in units of the real world (PS3.3 C.7.6.16.2.11)."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import note
from metaprov_modules import RealWorldValueMapping, RealWorldValueModule

from .lut import as_signed
from .table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["derive_real_world_value"]

_MAPPINGS = Table("RealWorldValueMappingSequence")
_LABELS = Table("LUTLabel", "LUTExplanation")
_LINE = Table("RealWorldValueSlope", "RealWorldValueIntercept")
_ENDS = Table(
    "RealWorldValueFirstValueMapped",
    "RealWorldValueLastValueMapped",
    "DoubleFloatRealWorldValueFirstValueMapped",
    "DoubleFloatRealWorldValueLastValueMapped",
)
_UNITS = Table("MeasurementUnitsCodeSequence")
_QUANTITY = Table("QuantityDefinitionSequence")
_NAME = Table("ConceptNameCodeSequence")
_CONCEPT = Table("ConceptCodeSequence")
_CODE = Table("CodeValue", "CodeMeaning")

#: "Quantity" of SNOMED CT, and as it was called before.
_QUANTITY_CODES: Final = frozenset({"246205007", "G-C1C6"})
#: What one or another of the VRs of a word can hold.
_WORDS: Final = range(-0x8000, 0x10000)
#: The fields of a module that are those of its first mapping.
_FIRST: Final = ("units", "slope", "intercept", "first_value_mapped", "last_value_mapped", "label")


def derive_real_world_value(
    instance: Mapping[str, Any], _frame: int
) -> RealWorldValueModule | None:
    """The real world values of an image, or of a frame whose groups say them."""
    items = _MAPPINGS.read(instance).get("real_world_value_mapping_sequence", ())
    if not items:
        return None
    mappings = tuple(_mappings(items, instance.get("PixelRepresentation")))
    if not mappings:
        return None
    first = {field: getattr(mappings[0], field) for field in _FIRST}
    return RealWorldValueModule(**first, mappings=mappings)


def _mappings(
    items: tuple[Mapping[str, Any], ...], representation: Any
) -> Iterator[RealWorldValueMapping]:
    for position, item in enumerate(items, start=1):
        name = f"item {position} of RealWorldValueMappingSequence"
        line = _LINE.read(item)
        first, last = _ends(item, representation)
        slope, lut = line.get("real_world_value_slope"), _lut(item, first, last, name)
        if slope is None and lut is None:
            note(f"{name} has neither a slope nor a table")
            continue
        names, units = _LABELS.read(item), _code(_UNITS, item)
        yield RealWorldValueMapping(
            label=names.get("lut_label"),
            explanation=names.get("lut_explanation"),
            units=units.get("code_value"),
            units_meaning=units.get("code_meaning"),
            quantity=_quantity(item),
            slope=slope,
            intercept=line.get("real_world_value_intercept"),
            first_value_mapped=first,
            last_value_mapped=last,
            lut=lut,
        )


def _ends(item: Mapping[str, Any], representation: Any) -> tuple[float | None, float | None]:
    """The first and the last stored value that are mapped."""
    ends = _ENDS.read(item)
    first, last = (
        _stored(ends.get(f"real_world_value_{end}_value_mapped"), representation)
        for end in ("first", "last")
    )
    # For float pixels, and those that have more bits than a word.
    return (
        ends.get("double_float_real_world_value_first_value_mapped", first),
        ends.get("double_float_real_world_value_last_value_mapped", last),
    )


def _stored(word: int | None, representation: Any) -> int | None:
    """A word as a stored value: signed as the pixels are, whatever VR is stated (US or SS)."""
    if word is None or word not in _WORDS or representation not in (0, 1):
        return word
    return as_signed(word) if representation == 1 else word & 0xFFFF


def _lut(
    item: Mapping[str, Any], first: float | None, last: float | None, name: str
) -> tuple[float, ...] | None:
    # Not by a table, which would keep it for another image to share.
    data = item.get("RealWorldValueLUTData")
    if data is None:
        return None
    values = data if isinstance(data, tuple | list) else (data,)
    lut = tuple(float(value) for value in values if _is_number(value))
    if len(lut) < len(values):
        note(f"{name} has a table with entries that are not numbers")
        return None
    if first is None or last is None:
        return lut or None
    count = int(last - first) + 1
    if count < 1 or len(lut) < count:
        note(f"{name} has a table of {len(lut)} entries for the range from {first:g} to {last:g}")
        return None
    if len(lut) > count:
        note(f"{name} has a table of more than {count} entries: the first ones are taken")
    return lut[:count]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _quantity(item: Mapping[str, Any]) -> str | None:
    """What is measured: its meaning, of the item of the definition that says so."""
    for definition in _QUANTITY.read(item).get("quantity_definition_sequence", ()):
        if _code(_NAME, definition).get("code_value") in _QUANTITY_CODES:
            return _code(_CONCEPT, definition).get("code_meaning")
    return None


def _code(sequence: Table, item: Mapping[str, Any]) -> dict[str, str]:
    """The first code of a sequence, which is the only attribute of its table."""
    (field,) = sequence.fields
    (code, *_) = sequence.read(item).get(field, ({},))
    return _CODE.read(code)
