"""What the pixels of an image are: their number, their bits, their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_core import MetadataType

from .palette import COLOURS, palettes
from .table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["IMAGE_PIXEL", "ImagePixelModule", "derive_image_pixel"]

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
    json={
        "SmallestImagePixelValue": "smallestPixelValue",
        "LargestImagePixelValue": "largestPixelValue",
    },
)


class ImagePixelModule(msgspec.Struct, frozen=True, gc=False, rename=_IMAGE_PIXEL.json_name):
    """What the stored pixels are (PS3.3 C.7.6.3).

    A palette has a descriptor (number of entries, first stored value mapped, bits of an entry as
    the data really has them) and data, one entry for each value.
    """

    samples_per_pixel: int | None = None
    #: "MONOCHROME2", "RGB", "PALETTE COLOR" ...
    photometric_interpretation: str | None = None
    rows: int | None = None
    columns: int | None = None
    bits_allocated: int | None = None
    bits_stored: int | None = None
    high_bit: int | None = None
    #: 0 unsigned, 1 signed (two's complement).
    pixel_representation: int | None = None
    #: 0 colour by pixel, 1 colour by plane.
    planar_configuration: int | None = None
    #: Vertical size of a pixel, then horizontal size.
    pixel_aspect_ratio: tuple[int, int] | None = None
    smallest_image_pixel_value: int | None = None
    largest_image_pixel_value: int | None = None
    pixel_padding_value: int | None = None
    pixel_padding_range_limit: int | None = None
    red_palette_color_lookup_table_descriptor: tuple[int, int, int] | None = None
    green_palette_color_lookup_table_descriptor: tuple[int, int, int] | None = None
    blue_palette_color_lookup_table_descriptor: tuple[int, int, int] | None = None
    alpha_palette_color_lookup_table_descriptor: tuple[int, int, int] | None = None
    red_palette_color_lookup_table_data: tuple[int, ...] | None = None
    green_palette_color_lookup_table_data: tuple[int, ...] | None = None
    blue_palette_color_lookup_table_data: tuple[int, ...] | None = None
    alpha_palette_color_lookup_table_data: tuple[int, ...] | None = None
    palette_color_lookup_table_uid: str | None = None


IMAGE_PIXEL: Final = MetadataType("imagePixelModule", ImagePixelModule)


def derive_image_pixel(instance: Mapping[str, Any], _frame: int) -> ImagePixelModule | None:
    """The image pixel module of an instance."""
    fields = palettes(_IMAGE_PIXEL.read(instance), instance)
    return ImagePixelModule(**fields) if fields else None
