"""What the pixels of an image are: their number, their bits, their colours."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["IMAGE_PIXEL", "ImagePixelModule"]

_DESCRIPTOR: Final = "Number of entries, first stored value mapped, bits of an entry in the data."
_DATA: Final = "The entries of the palette, one for each value."


class ImagePixelModule(Answer, frozen=True):
    """What the stored pixels are (PS3.3 C.7.6.3)."""

    samples_per_pixel: Annotated[int | None, meaning("1 for grey, 3 for colours.")] = None
    photometric_interpretation: Annotated[
        str | None, meaning('"MONOCHROME2", "RGB", "PALETTE COLOR" ...')
    ] = None
    rows: Annotated[int | None, meaning("Number of rows of pixels.")] = None
    columns: Annotated[int | None, meaning("Number of columns of pixels.")] = None
    bits_allocated: Annotated[int | None, meaning("Bits that a sample takes up.")] = None
    bits_stored: Annotated[int | None, meaning("Bits of a sample that have its value.")] = None
    high_bit: Annotated[int | None, meaning("The most significant of these bits, from 0.")] = None
    pixel_representation: Annotated[
        int | None, meaning("0 unsigned, 1 signed (two's complement).")
    ] = None
    planar_configuration: Annotated[
        int | None, meaning("0 colour by pixel, 1 colour by plane.")
    ] = None
    pixel_aspect_ratio: Annotated[
        tuple[int, int] | None, meaning("Vertical size of a pixel, then horizontal size.")
    ] = None
    smallest_image_pixel_value: Annotated[
        int | None, meaning("The smallest stored value in the image.")
    ] = None
    largest_image_pixel_value: Annotated[
        int | None, meaning("The largest stored value in the image.")
    ] = None
    pixel_padding_value: Annotated[
        int | None, meaning("Stored value of pixels that are no image; one end of their range.")
    ] = None
    pixel_padding_range_limit: Annotated[
        int | None, meaning("The other end of the range of stored values that are no image.")
    ] = None
    red_palette_color_lookup_table_descriptor: Annotated[
        tuple[int, int, int] | None, meaning(_DESCRIPTOR)
    ] = None
    green_palette_color_lookup_table_descriptor: Annotated[
        tuple[int, int, int] | None, meaning(_DESCRIPTOR)
    ] = None
    blue_palette_color_lookup_table_descriptor: Annotated[
        tuple[int, int, int] | None, meaning(_DESCRIPTOR)
    ] = None
    alpha_palette_color_lookup_table_descriptor: Annotated[
        tuple[int, int, int] | None, meaning(_DESCRIPTOR)
    ] = None
    red_palette_color_lookup_table_data: Annotated[tuple[int, ...] | None, meaning(_DATA)] = None
    green_palette_color_lookup_table_data: Annotated[tuple[int, ...] | None, meaning(_DATA)] = None
    blue_palette_color_lookup_table_data: Annotated[tuple[int, ...] | None, meaning(_DATA)] = None
    alpha_palette_color_lookup_table_data: Annotated[tuple[int, ...] | None, meaning(_DATA)] = None
    palette_color_lookup_table_uid: Annotated[
        str | None, meaning("UID of the palette, for those that many images share.")
    ] = None


IMAGE_PIXEL: Final = MetadataType("imagePixelModule", ImagePixelModule)
