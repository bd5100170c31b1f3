"""Frames fetched, decoded, scaled and put into their place, one by one."""

from __future__ import annotations

from contextlib import contextmanager
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

from metaprov_core import MetaprovError
from metaprov_modules import FRAME_PIXEL_DATA
from metaprov_volume.errors import VolumeError
from metaprov_volume.pixels import fill, stored_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from metaprov_core import Host
    from metaprov_modules import FramePixels, ImagePixelModule
    from metaprov_volume.pixels import FrameScaling

__all__ = ["FrameToRead", "element_of", "naming"]


@contextmanager
def naming(image_id: str) -> Iterator[None]:
    """Errors within name the image; what is none of the project's is a VolumeError."""
    try:
        yield
    except MetaprovError as error:
        if image_id not in str(error) and not isinstance(error, LookupError):
            error.args = (f"{image_id}: {error}", *error.args[1:])
        raise
    except Exception as error:
        raise VolumeError(
            f"{image_id}: its pixels cannot be read: {error or type(error).__name__}"
        ) from error


def element_of(host: Host, image_id: str, pixels: ImagePixelModule) -> str:
    """Which attribute has the pixels; without BitsStored, as floats have it, it is looked for."""
    if pixels.bits_stored is not None and pixels.pixel_representation is not None:
        return "PixelData"
    frame: FramePixels = host.require(FRAME_PIXEL_DATA, image_id)
    return frame.element


class FrameToRead(NamedTuple):
    """One frame, who is asked for it, and what is done to it."""

    host: Host
    image_id: str
    pixels: ImagePixelModule
    scaling: FrameScaling
    element: str
    padding: float | None = None

    def stored(self) -> NDArray[Any]:
        """Its stored values."""
        frame: FramePixels = self.host.require(FRAME_PIXEL_DATA, self.image_id)
        if frame.element != self.element:
            raise VolumeError(f"its pixels are {frame.element}, and those of others {self.element}")
        return stored_values(frame, self.pixels)

    def into(self, out: NDArray[Any]) -> None:
        """Its values, into an array of its shape. Every error names the image."""
        with naming(self.image_id):
            fill(out, self.stored(), self.scaling, self.padding)

    def tiles_into(self, out: NDArray[Any]) -> None:
        """The tiles of a mosaic, row by row of a square of them, into (tiles, rows, columns)."""
        with naming(self.image_id):
            for place, tile in zip(out, _tiles(self.stored(), out.shape), strict=True):
                fill(place, tile, self.scaling, self.padding)


def _tiles(mosaic: NDArray[Any], shape: tuple[int, ...]) -> Iterator[NDArray[Any]]:
    tiles, rows, columns = shape[:3]
    across = ceil(sqrt(tiles))
    if mosaic.shape[0] < across * rows or mosaic.shape[1] < across * columns:
        raise VolumeError(
            f"{tiles} tiles of {columns} x {rows} are no mosaic of "
            f"{mosaic.shape[1]} x {mosaic.shape[0]}"
        )
    for tile in range(tiles):
        down, right = divmod(tile, across)
        yield mosaic[down * rows : (down + 1) * rows, right * columns : (right + 1) * columns]
