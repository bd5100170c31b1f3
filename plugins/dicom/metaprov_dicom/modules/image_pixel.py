"""What the pixels of an image are: their number, their bits, their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaprov_modules import ImagePixelModule

from .palette import COLOURS, palettes
from .table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["derive_image_pixel"]

_IMAGE_PIXEL = Table(
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "PlanarConfiguration",
    "PixelAspectRatio",
    "SmallestImagePixelValue",
    "LargestImagePixelValue",
    "PixelPaddingValue",
    "PixelPaddingRangeLimit",
    *(f"{colour}PaletteColorLookupTableDescriptor" for colour in COLOURS),
    *(f"{colour}PaletteColorLookupTableData" for colour in COLOURS),
    "PaletteColorLookupTableUID",
)


def derive_image_pixel(instance: Mapping[str, Any], _frame: int) -> ImagePixelModule | None:
    """The image pixel module of an instance."""
    fields = palettes(_IMAGE_PIXEL.read(instance), instance)
    return ImagePixelModule(**fields) if fields else None
