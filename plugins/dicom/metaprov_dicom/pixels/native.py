"""Native pixel data (PS3.5 8.1.1): the frames follow each other, bit by bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataReadError
from metaprov_dicom.instance.native import STORED_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_dicom.file.sources import HeaderSource
    from metaprov_dicom.instance.place_of_pixels import PlaceOfPixels

__all__ = ["bits_of_frame", "native_frame"]

_SIZES: Final = (
    ("Rows", "(0028,0010)"),
    ("Columns", "(0028,0011)"),
    ("BitsAllocated", "(0028,0100)"),
)
_SIZES_AND_COLOURS: Final = (
    *(keyword for keyword, _ in _SIZES),
    "SamplesPerPixel",
    "PhotometricInterpretation",
)


def bits_of_frame(instance: Mapping[str, Any], name: str) -> int:
    """How many bits a frame has; SamplesPerPixel is 1 where the header does not say it.

    Raises MetadataReadError where rows, columns or bits are not said.
    """
    values = dict(zip(_SIZES_AND_COLOURS, map(instance.get, _SIZES_AND_COLOURS), strict=True))
    bits: float = 1
    for keyword, tag in _SIZES:
        number = values[keyword]
        if not isinstance(number, int) or number < 1:
            said = "missing" if number is None else repr(number)
            raise MetadataReadError(name, f"{keyword} {tag} is {said}: how long a frame is")
        bits *= number
    samples = values["SamplesPerPixel"]
    if not isinstance(samples, int) or samples < 1:
        samples = 1
    return int(bits * STORED_SAMPLES.get(values["PhotometricInterpretation"], samples))


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
