"""Mosaics of Siemens: one image whose tiles are the slices of a volume."""

from __future__ import annotations

import struct
from math import ceil, isfinite, isqrt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .private_tags import private_value
from .vectors import Vector, dot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Mosaic", "is_mosaic", "mosaic_of", "tiles_in_a_row"]

_CREATOR: Final = "SIEMENS MR HEADER"
_CSA_CREATOR: Final = "SIEMENS CSA HEADER"
_CSA_MAGIC: Final = b"SV10"
#: The cosine of directions that are opposite, with the errors of a header.
_OPPOSITE: Final = -0.99
#: A header has some hundred elements; a damaged one may claim any number.
_MOST_ELEMENTS: Final = 1024
_MOST_ITEMS: Final = 4096


class Mosaic(NamedTuple):
    """How many tiles an image has, and where their slices are."""

    tiles: int
    #: Direction from slice to slice, where the header tells; else row x column.
    normal: Vector | None
    #: Between the slices, mm; None where the header does not have it.
    spacing: float | None

    def direction(self, normal: Vector) -> Vector:
        """From tile to tile: along row x column, which is given, or against it."""
        # A vector of another orientation was left behind when the image was turned.
        if self.normal is not None and dot(self.normal, normal) < _OPPOSITE:
            return (-normal[0], -normal[1], -normal[2])
        return normal


def tiles_in_a_row(tiles: int) -> int:
    """A mosaic is as many tiles high as it is wide, the last ones of which may be empty."""
    root = isqrt(tiles)
    return root if root * root == tiles else root + 1


def is_mosaic(image_type: tuple[str, ...] | None) -> bool:
    """Whether ImageType (0008,0008) says that an image is a mosaic."""
    return image_type is not None and "MOSAIC" in image_type


def mosaic_of(attributes: Mapping[str, Any]) -> Mosaic | None:
    """What the header of a mosaic says of its tiles; None where it does not say how many."""
    csa = dict(_csa_elements(attributes))
    tiles = _first_number(private_value(attributes, "0019100A", _CREATOR))
    tiles = tiles or _first_number(csa.get("NumberOfImagesInMosaic"))
    if not tiles or tiles < 1:
        return None
    normal = csa.get("SliceNormalVector") or ()
    spacing = attributes.get("SpacingBetweenSlices")
    return Mosaic(
        int(tiles),
        (normal[0], normal[1], normal[2]) if len(normal) == 3 else None,
        spacing if isinstance(spacing, int | float) and spacing > 0 else None,
    )


def _first_number(value: Any) -> float | None:
    first = value[0] if isinstance(value, tuple | list) and value else value
    return first if isinstance(first, int | float) and isfinite(first) else None


def _csa_elements(attributes: Mapping[str, Any]) -> Iterator[tuple[str, tuple[float, ...]]]:
    """The numbers of the CSA image header, by name; none of one that is damaged."""
    data = private_value(attributes, "00291010", _CSA_CREATOR)
    if not isinstance(data, bytes):
        return
    try:
        yield from _elements(data)
    except struct.error:
        return


def _elements(data: bytes) -> Iterator[tuple[str, tuple[float, ...]]]:
    # As nibabel and GDCM read it: no standard says it.
    position = 8 if data.startswith(_CSA_MAGIC) else 0
    count, _ = struct.unpack_from("<2I", data, position)
    position += 8
    for _ in range(min(count, _MOST_ELEMENTS)):
        name, _, _, _, items, _ = struct.unpack_from("<64si4s3i", data, position)
        position += 84
        values = []
        for _ in range(min(max(items, 0), _MOST_ITEMS)):
            lengths = struct.unpack_from("<4i", data, position)
            position += 16
            length = lengths[1] if data.startswith(_CSA_MAGIC) else lengths[0]
            if not 0 <= length <= len(data) - position:
                return
            values.append(data[position : position + length])
            position += ceil(length / 4) * 4
        numbers = tuple(_numbers(values))
        if numbers:
            yield name.partition(b"\0")[0].decode("latin-1"), numbers


def _numbers(values: list[bytes]) -> Iterator[float]:
    for value in values:
        try:
            yield float(value.partition(b"\0")[0])
        except ValueError:
            return
