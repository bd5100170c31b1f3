"""Native pixel data (PS3.5 8.1.1): the frames follow each other, bit by bit."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataReadError
from metaprov_dicom.instance.native import STORED_SAMPLES

if TYPE_CHECKING:
    from metaprov_dicom.file.sources import HeaderSource
    from metaprov_dicom.instance.instance import Instance
    from metaprov_dicom.instance.place_of_pixels import PlaceOfPixels

__all__ = ["bits_of_frame", "native_frame"]

_SIZES: Final = {"Rows": "(0028,0010)", "Columns": "(0028,0011)", "BitsAllocated": "(0028,0100)"}
_KEYWORDS: Final = (*_SIZES, "SamplesPerPixel", "PhotometricInterpretation")


def bits_of_frame(instance: Instance, name: str) -> int:
    """How many bits a frame has; SamplesPerPixel is 1 where the header does not say it.

    Raises MetadataReadError where rows, columns or bits are not said.
    """
    try:
        return _bits(*instance.values_of(_KEYWORDS))
    except ValueError as error:
        raise MetadataReadError(name, str(error)) from None


# The images of a series have the same.
@lru_cache(64)
def _bits(rows: Any, columns: Any, allocated: Any, samples: Any, colours: Any) -> int:
    bits: float = 1
    for number, (keyword, tag) in zip((rows, columns, allocated), _SIZES.items(), strict=True):
        if not isinstance(number, int) or number < 1:
            said = "missing" if number is None else repr(number)
            raise ValueError(f"{keyword} {tag} is {said}: how long a frame is")
        bits *= number
    if not isinstance(samples, int) or samples < 1:
        samples = 1
    return int(bits * STORED_SAMPLES.get(colours, samples))


def native_frame(source: HeaderSource, place: PlaceOfPixels, frame: int, bits: int) -> bytes:
    """The bytes of a frame, counted from 1, of so many bits.

    A frame of single bits that does not begin on a byte is moved to one: its first pixel is the
    lowest bit of its first byte (PS3.5 8.1.1). Raises MetadataReadError where bytes are missing.
    """
    first, shift = divmod((frame - 1) * bits, 8)
    count = (shift + bits + 7) // 8
    if shift and place.big_endian:
        raise MetadataReadError(
            source.name, f"frame {frame} does not begin on a byte, and the file is big endian"
        )
    length = place.length
    there = count if length is None else min(count, max(0, length - first))
    data = source.read(there, place.start + first) if there else b""
    if len(data) < count:
        raise MetadataReadError(
            source.name,
            f"{count - len(data)} of the {count} bytes of frame {frame} are missing: "
            + ("the file ends before" if len(data) < there else "its pixel data are too short"),
        )
    if not shift:
        return data
    number = int.from_bytes(data, "little") >> shift & ((1 << bits) - 1)
    return number.to_bytes((bits + 7) // 8, "little")
