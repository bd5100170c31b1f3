"""Frames fetched, decoded, scaled and put into their place, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaprov_core import MetaprovError
from metaprov_modules import FRAME_PIXEL_DATA

from ..errors import VolumeError
from ..pixels import fill, stored_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from metaprov_core import Host
    from metaprov_modules import FramePixels, ImagePixelModule

    from ..pixels import FrameScaling

__all__ = ["element_of", "frame_into", "of_image", "tiles_into"]


def of_image(image_id: str, error: Exception) -> Exception:
    """The error, with the image that it is about."""
    if isinstance(error, MetaprovError):
        if image_id not in str(error):
            # Its class and what it carries stay; what it says gets the image.
            error.args = (f"{image_id}: {error}", *error.args[1:])
            if hasattr(error, "message"):
                error.message = error.args[0]
        return error
    wrapped = VolumeError(f"{image_id}: its pixels cannot be read: {error or type(error).__name__}")
    wrapped.__cause__ = error
    return wrapped


def element_of(host: Host, image_id: str, pixels: ImagePixelModule) -> str:
    """Which attribute has the pixels; without BitsStored, as floats have it, it is looked for."""
    if pixels.bits_stored is not None and pixels.pixel_representation is not None:
        return "PixelData"
    frame: FramePixels = host.require(FRAME_PIXEL_DATA, image_id)
    return frame.element


def _stored(host: Host, image_id: str, pixels: ImagePixelModule, element: str) -> NDArray[Any]:
    frame: FramePixels = host.require(FRAME_PIXEL_DATA, image_id)
    if frame.element != element:
        raise VolumeError(f"its pixels are {frame.element}, and those of others {element}")
    return stored_values(frame, pixels)


def frame_into(
    out: NDArray[Any],
    host: Host,
    image_id: str,
    pixels: ImagePixelModule,
    scaling: FrameScaling,
    element: str,
    padding: float | None,
) -> None:
    """The values of one frame, into an array of its shape. Every error names the image."""
    try:
        fill(out, _stored(host, image_id, pixels, element), scaling, padding)
    except Exception as error:
        raise of_image(image_id, error) from error.__cause__


def tiles_into(
    out: NDArray[Any],
    host: Host,
    image_id: str,
    pixels: ImagePixelModule,
    scaling: FrameScaling,
    element: str,
    padding: float | None,
) -> None:
    """The tiles of a mosaic, row by row of a square of them, into (tiles, rows, columns)."""
    from math import ceil, sqrt

    tiles, rows, columns = out.shape[:3]
    across = ceil(sqrt(tiles))
    try:
        stored = _stored(host, image_id, pixels, element)
        if stored.shape[0] < across * rows or stored.shape[1] < across * columns:
            raise VolumeError(
                f"{tiles} tiles of {columns} x {rows} are no mosaic of "
                f"{stored.shape[1]} x {stored.shape[0]}"
            )
        for tile in range(tiles):
            down, right = divmod(tile, across)
            part = stored[down * rows : (down + 1) * rows, right * columns : (right + 1) * columns]
            fill(out[tile], part, scaling, padding)
    except Exception as error:
        raise of_image(image_id, error) from error.__cause__
