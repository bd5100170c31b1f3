"""PALETTE COLOR: indices as colours (PS3.3 C.7.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .errors import PictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from metaprov_modules import ImagePixelModule

__all__ = ["palette_colours"]

_COLOURS: Final = ("red", "green", "blue")
_WHITE: Final = 255


def palette_colours(
    indices: NDArray[Any], pixels: ImagePixelModule, image_id: str
) -> NDArray[np.uint8]:
    """(rows, columns) of indices as (rows, columns, 3) of RGB.

    Raises PictureError, with the image, where its header has no palette.
    """
    colours = np.empty((*indices.shape, 3), np.uint8)
    for sample, colour in enumerate(_COLOURS):
        palette = f"{colour}_palette_color_lookup_table"
        descriptor = getattr(pixels, f"{palette}_descriptor")
        entries = getattr(pixels, f"{palette}_data")
        if descriptor is None or not entries:
            raise PictureError(
                f"{image_id}: its pixels are indices of a palette, and its header has no "
                f"{colour} one (PaletteColorLookupTableData)"
            )
        places = np.clip(indices.astype(np.int64) - descriptor[1], 0, len(entries) - 1)
        colours[..., sample] = _eight_bits(entries)[places]
    return colours


def _eight_bits(entries: tuple[int, ...]) -> NDArray[np.uint8]:
    """The high bytes of words; some files have eight bits in the low byte of each."""
    values = np.asarray(entries, np.int64)
    return (values if values.max() <= _WHITE else values >> 8).astype(np.uint8)
