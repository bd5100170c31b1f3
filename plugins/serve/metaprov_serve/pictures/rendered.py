"""One frame as a picture: modality LUT, window, palette, and the shape of its pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from metaprov_modules import IMAGE_PIXEL, IMAGE_PLANE, VOI_LUT
from metaprov_volume import read_image

from .decoded import stored_values
from .errors import PictureError
from .grey import grey_levels
from .palettes import palette_colours
from .png import png
from .windows import LINEAR, Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from metaprov_core import Host
    from metaprov_modules import ImagePixelModule, VoiLutModule

__all__ = ["rendered"]


def rendered(
    host: Host,
    image_id: str,
    *,
    size: int | None = None,
    window: tuple[float, float] | None = None,
) -> bytes:
    """The PNG of a frame, eight bits a sample, grey or RGB, with square pixels.

    ``size`` is the longest edge of a thumbnail; smaller pictures stay as they are. ``window`` is
    a center and a width, in values of the modality, in place of the image's own. Raises what
    `decoded` raises, and PictureError for a window without a width or a palette that is not there.
    """
    pixels: ImagePixelModule = host.require(IMAGE_PIXEL, image_id)
    if pixels.photometric_interpretation == "PALETTE COLOR":
        colours = palette_colours(stored_values(host, image_id, pixels), pixels, image_id)
    elif (pixels.samples_per_pixel or 1) > 1:
        colours = _colours(stored_values(host, image_id, pixels), pixels)
    else:
        colours = _grey(host, image_id, pixels, window)
    return png(colours, aspect=_aspect(host, image_id, pixels), size=size)


def _colours(values: NDArray[Any], pixels: ImagePixelModule) -> NDArray[Any]:
    """RGB of eight bits a sample, of whatever it has."""
    bits = pixels.bits_stored or pixels.bits_allocated or 8
    if bits == values.dtype.itemsize * 8 == 8:
        return values
    return (values.astype(np.float64) * (255 / ((1 << bits) - 1))).round().astype(np.uint8)


def _grey(
    host: Host,
    image_id: str,
    pixels: ImagePixelModule,
    window: tuple[float, float] | None,
) -> NDArray[Any]:
    inverted = pixels.photometric_interpretation == "MONOCHROME1"
    if pixels.bits_allocated == 1:
        # What is marked is white, also where all of a frame is, or nothing.
        return 255 * (stored_values(host, image_id, pixels) ^ inverted)
    voi = host.get(VOI_LUT, image_id)
    values = read_image(image_id, "modality", host=host, dtype=np.float64, padding=np.nan)
    return grey_levels(values, voi, _chosen(window, voi), inverted=inverted)


def _chosen(window: tuple[float, float] | None, voi: VoiLutModule | None) -> Window | None:
    """A window that was asked for, with the function of the image's own."""
    if window is None:
        return None
    center, width = window
    if not (np.isfinite(center) and np.isfinite(width) and width > 0):
        raise PictureError(f"the window has center {center:g} and width {width:g}: not above 0")
    function = None if voi is None else voi.voi_lut_function
    return Window(center, width, function or LINEAR)


def _aspect(host: Host, image_id: str, pixels: ImagePixelModule) -> float:
    """How high a pixel is when its width is 1, by its spacing, or by PixelAspectRatio."""
    plane = host.get(IMAGE_PLANE, image_id)
    if plane is not None and plane.row_pixel_spacing and plane.column_pixel_spacing:
        high, wide = plane.row_pixel_spacing, plane.column_pixel_spacing
    else:
        high, wide = pixels.pixel_aspect_ratio or (1, 1)
    aspect = high / wide if wide else 1.0
    return aspect if aspect > 0 else 1.0
