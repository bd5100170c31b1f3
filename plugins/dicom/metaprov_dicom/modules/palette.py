"""Colour palettes: descriptors that tell the truth, and the entries as numbers (PS3.3 C.7.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import note

from .lut import entries_of, packed
from .segments import number_of_entries
from .table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COLOURS", "palettes"]

COLOURS: Final = ("Red", "Green", "Blue", "Alpha")

_PALETTE: Final = "{}_palette_color_lookup_table_{}"
#: The fields of the descriptor and of the data of each.
_FIELDS: Final = {
    colour: tuple(_PALETTE.format(colour.lower(), part) for part in ("descriptor", "data"))
    for colour in COLOURS
}
_SEGMENTED = Table(*(f"Segmented{colour}PaletteColorLookupTableData" for colour in COLOURS))


def palettes(fields: dict[str, Any], instance: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an image pixel module, with palettes as numbers instead of bytes."""
    fields = dict(fields)
    for colour, (descriptor_field, data_field) in _FIELDS.items():
        descriptor, data = fields.get(descriptor_field), fields.pop(data_field, None)
        if descriptor is None:
            continue
        descriptor = (descriptor[0] & 0xFFFF or 65536, *descriptor[1:])
        fields[descriptor_field] = descriptor
        if data is None:
            continue
        name = f"the {colour.lower()} palette"
        entries = entries_of(data, descriptor[0], descriptor[2], name)
        if entries is None:
            continue
        fields[data_field], bits = entries
        fields[descriptor_field] = (*descriptor[:2], bits)
    segmented = _SEGMENTED.read(instance)
    return fields | _expanded(segmented, fields) if segmented else fields


def _expanded(segmented: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of segmented palettes (PS3.3 C.7.9.2), expanded by pydicom."""
    described = {
        colour: fields[descriptor_field]
        for colour, (descriptor_field, _) in _FIELDS.items()
        if descriptor_field in fields
    }
    data = {colour: segmented.get(f"segmented_{_FIELDS[colour][1]}") for colour in described}
    if "Red" not in described or None in data.values():
        note("the segmented palettes are incomplete")
        return {}
    count, _, bits = described["Red"]
    if bits == 8 and count > 256:
        # pydicom counts the entries with the type of an entry.
        note(f"segmented palettes with {count} entries of 8 bits are not expanded")
        return {}
    numbers = [number_of_entries(packed(words or b""), bits, 2 * count) for words in data.values()]
    if None in numbers:
        note(f"the segmented palettes have over twice the {count} entries they describe")
        return {}
    if any(number is not None and number > count for number in numbers):
        note(
            f"the segmented palettes have more than the {count} entries they describe: "
            "the first ones are taken"
        )
    try:
        columns = _entries(described, data)
    except ImportError:
        note("segmented palettes need NumPy: pip install 'metaprov-dicom[pixels]'")
        return {}
    except Exception as error:  # what pydicom raises for a damaged palette is not documented
        note(f"the segmented palettes cannot be expanded: {error}")
        return {}
    return {_FIELDS[colour][1]: column for colour, column in zip(described, columns, strict=True)}


def _entries(
    described: Mapping[str, tuple[int, int, int]], data: Mapping[str, Any]
) -> list[tuple[int, ...]]:
    """The entries of each palette, which are what a ramp over all of its inputs is mapped to."""
    import numpy as np
    from pydicom import Dataset
    from pydicom.pixels.processing import apply_color_lut

    dataset = Dataset()
    dataset.set_original_encoding(is_implicit_vr=True, is_little_endian=True)
    for colour, (count, _, bits) in described.items():
        palette = f"{colour}PaletteColorLookupTable"
        setattr(dataset, f"{palette}Descriptor", [count & 0xFFFF, 0, bits])
        setattr(dataset, f"Segmented{palette}Data", packed(data[colour]))
    ramp = np.arange(described["Red"][0], dtype=np.int32)
    return [tuple(column) for column in apply_color_lut(ramp, dataset).T.tolist()]
