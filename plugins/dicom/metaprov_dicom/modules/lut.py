"""From stored to displayed values: rescale, windows and look-up tables."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import note
from metaprov_modules import Lut, ModalityLutModule, VoiLutModule

from .table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["as_signed", "derive_modality_lut", "derive_voi_lut", "entries_of", "packed"]

_MODALITY_LUT = Table("RescaleIntercept", "RescaleSlope", "RescaleType", "ModalityLUTSequence")

_VOI_LUT = Table(
    "WindowCenter",
    "WindowWidth",
    "WindowCenterWidthExplanation",
    "VOILUTFunction",
    "VOILUTSequence",
)


def derive_modality_lut(instance: Mapping[str, Any], _frame: int) -> ModalityLutModule | None:
    """The modality LUT module of an instance."""
    fields = _MODALITY_LUT.read(instance)
    if "modality_lut_sequence" in fields:
        _replace_by_luts(fields, "modality_lut_sequence", _pixels_are_signed(instance))
    return ModalityLutModule(**fields) if fields else None


def derive_voi_lut(instance: Mapping[str, Any], _frame: int) -> VoiLutModule | None:
    """The VOI LUT module of an instance."""
    fields = _VOI_LUT.read(instance)
    if "voi_lut_sequence" in fields:
        _replace_by_luts(fields, "voi_lut_sequence", _modality_values_are_signed(instance))
    return VoiLutModule(**fields) if fields else None


#: So many entries of 8 bits are with one word more as long as, or longer than, with a word each.
_FEW: Final = 3


def entries_of(
    data: bytes | tuple[int, ...], count: int, bits: int, name: str
) -> tuple[tuple[int, ...], int] | None:
    """The entries of a table and the bits of each as the data has them: 8 or 16.

    Entries of 8 bits are packed two to a word, or have a word each. ``bits`` is what the descriptor
    says, which counts where the number of bytes is that of neither. Of more entries the first ones
    are taken. None where there are too few; both is said in a note, which calls the table by its
    name.
    """
    table = packed(data)
    entry_bits = _bits_of_entries(table, count, bits)
    size = count * entry_bits // 8
    if len(table) < size:
        note(f"{name} lacks the {count} entries it describes")
        return None
    # What is packed two to a word may end with half a word.
    if len(table) > size + size % 2:
        note(f"{name} has more than the {count} entries it describes: the first ones are taken")
    if entry_bits == 8:
        return tuple(table[:count]), 8
    return struct.unpack(f"<{count}H", table[:size]), 16


def _bits_of_entries(table: bytes, count: int, bits: int) -> int:
    """The bits that each entry takes: where the length does not tell, what the descriptor says."""
    is_packed = len(table) in (count, count + count % 2) and len(table) < 2 * count
    if is_packed or bits > 8:
        return 8 if is_packed else 16
    if len(table) < 2 * count:
        return 8
    # A few entries of 8 bits, and some more, are as many bytes as they would be with a word each.
    low, high = table[: 2 * count : 2], table[1 : 2 * count : 2]
    has_words = not any(high) or not any(low) or low == high
    is_exact = len(table) == 2 * count and count > _FEW
    return 16 if has_words or is_exact else 8


def packed(data: bytes | tuple[int, ...]) -> bytes:
    """The data of a table as bytes, little endian: files have it as such, or as words (VR US)."""
    if isinstance(data, bytes):
        return data
    return struct.pack(f"<{len(data)}H", *(word & 0xFFFF for word in data))


_LUT = Table("LUTDescriptor", "LUTData")


def _replace_by_luts(fields: dict[str, Any], sequence: str, signed: bool) -> None:
    luts = tuple(_luts(fields.pop(sequence), sequence, signed))
    if luts:
        fields[sequence] = luts


def _luts(items: tuple[Mapping[str, Any], ...], sequence: str, signed: bool) -> Iterator[Lut]:
    for position, item in enumerate(items, start=1):
        fields = _LUT.read(item)
        descriptor, data = fields.get("lut_descriptor"), fields.get("lut_data")
        if descriptor is None or data is None:
            note(f"item {position} of {sequence} has no descriptor or no data")
            continue
        count = descriptor[0] & 0xFFFF or 65536
        entries = entries_of(data, count, descriptor[2], f"item {position} of {sequence}")
        if entries is None:
            continue
        first = as_signed(descriptor[1]) if signed else descriptor[1] & 0xFFFF
        yield Lut(str(position), first, descriptor[2], entries[0])


def as_signed(word: int) -> int:
    """The signed number of a word."""
    return (word & 0xFFFF ^ 0x8000) - 0x8000


def _pixels_are_signed(instance: Mapping[str, Any]) -> bool:
    return instance.get("PixelRepresentation") == 1


def _modality_values_are_signed(instance: Mapping[str, Any]) -> bool:
    if instance.get("ModalityLUTSequence"):
        return False
    intercept = instance.get("RescaleIntercept")
    is_below_zero = isinstance(intercept, int | float) and intercept < 0
    return is_below_zero or _pixels_are_signed(instance)
