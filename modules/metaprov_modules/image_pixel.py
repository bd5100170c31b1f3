"""What the pixels of an image are: their number, their bits, their colours."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["IMAGE_PIXEL", "ImagePixelModule"]

_DESCRIPTOR: Final = "Number of entries, first stored value mapped, bits of an entry in the data."
_DATA: Final = "The entries of the palette, one for each value."


class ImagePixelModule(Answer, frozen=True):
    """What the stored pixels are (PS3.3 C.7.6.3)."""

    samples_per_pixel: Annotated[
        int | None, meaning("1 for grey, 3 for colours.", attribute="SamplesPerPixel (0028,0002)")
    ] = None
    photometric_interpretation: Annotated[
        str | None,
        meaning(
            '"MONOCHROME2", "RGB", "PALETTE COLOR" ...',
            attribute="PhotometricInterpretation (0028,0004)",
        ),
    ] = None
    rows: Annotated[
        int | None, meaning("Number of rows of pixels.", attribute="Rows (0028,0010)")
    ] = None
    columns: Annotated[
        int | None, meaning("Number of columns of pixels.", attribute="Columns (0028,0011)")
    ] = None
    bits_allocated: Annotated[
        int | None, meaning("Bits that a sample takes up.", attribute="BitsAllocated (0028,0100)")
    ] = None
    bits_stored: Annotated[
        int | None,
        meaning("Bits of a sample that have its value.", attribute="BitsStored (0028,0101)"),
    ] = None
    high_bit: Annotated[
        int | None,
        meaning("The most significant of these bits, from 0.", attribute="HighBit (0028,0102)"),
    ] = None
    pixel_representation: Annotated[
        int | None,
        meaning(
            "0 unsigned, 1 signed (two's complement).", attribute="PixelRepresentation (0028,0103)"
        ),
    ] = None
    planar_configuration: Annotated[
        int | None,
        meaning(
            "0 colour by pixel, 1 colour by plane.", attribute="PlanarConfiguration (0028,0006)"
        ),
    ] = None
    pixel_aspect_ratio: Annotated[
        tuple[int, int] | None,
        meaning(
            "Vertical size of a pixel, then horizontal size.",
            attribute="PixelAspectRatio (0028,0034)",
        ),
    ] = None
    smallest_image_pixel_value: Annotated[
        int | None,
        meaning(
            "The smallest stored value in the image.",
            attribute="SmallestImagePixelValue (0028,0106)",
        ),
    ] = None
    largest_image_pixel_value: Annotated[
        int | None,
        meaning(
            "The largest stored value in the image.", attribute="LargestImagePixelValue (0028,0107)"
        ),
    ] = None
    pixel_padding_value: Annotated[
        int | None,
        meaning(
            "Stored value of pixels that are no image; one end of their range.",
            attribute="PixelPaddingValue (0028,0120)",
        ),
    ] = None
    pixel_padding_range_limit: Annotated[
        int | None,
        meaning(
            "The other end of the range of stored values that are no image.",
            attribute="PixelPaddingRangeLimit (0028,0121)",
        ),
    ] = None
    red_palette_color_lookup_table_descriptor: Annotated[
        tuple[int, int, int] | None,
        meaning(_DESCRIPTOR, attribute="RedPaletteColorLookupTableDescriptor (0028,1101)"),
    ] = None
    green_palette_color_lookup_table_descriptor: Annotated[
        tuple[int, int, int] | None,
        meaning(_DESCRIPTOR, attribute="GreenPaletteColorLookupTableDescriptor (0028,1102)"),
    ] = None
    blue_palette_color_lookup_table_descriptor: Annotated[
        tuple[int, int, int] | None,
        meaning(_DESCRIPTOR, attribute="BluePaletteColorLookupTableDescriptor (0028,1103)"),
    ] = None
    alpha_palette_color_lookup_table_descriptor: Annotated[
        tuple[int, int, int] | None,
        meaning(_DESCRIPTOR, attribute="AlphaPaletteColorLookupTableDescriptor (0028,1104)"),
    ] = None
    red_palette_color_lookup_table_data: Annotated[
        tuple[int, ...] | None,
        meaning(_DATA, attribute="RedPaletteColorLookupTableData (0028,1201)"),
    ] = None
    green_palette_color_lookup_table_data: Annotated[
        tuple[int, ...] | None,
        meaning(_DATA, attribute="GreenPaletteColorLookupTableData (0028,1202)"),
    ] = None
    blue_palette_color_lookup_table_data: Annotated[
        tuple[int, ...] | None,
        meaning(_DATA, attribute="BluePaletteColorLookupTableData (0028,1203)"),
    ] = None
    alpha_palette_color_lookup_table_data: Annotated[
        tuple[int, ...] | None,
        meaning(_DATA, attribute="AlphaPaletteColorLookupTableData (0028,1204)"),
    ] = None
    palette_color_lookup_table_uid: Annotated[
        str | None,
        meaning(
            "UID of the palette, for those that many images share.",
            attribute="PaletteColorLookupTableUID (0028,1199)",
        ),
    ] = None


IMAGE_PIXEL: Final = MetadataType("imagePixelModule", ImagePixelModule)
