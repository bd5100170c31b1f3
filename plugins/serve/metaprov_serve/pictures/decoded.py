"""The stored values of a frame, decoded, and as bytes that a browser reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from metaprov_modules import FRAME_PIXEL_DATA, IMAGE_PIXEL
from metaprov_volume import read_image

from .errors import PictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from metaprov_core import Host
    from metaprov_modules import FramePixels, ImagePixelModule

__all__ = ["DecodedFrame", "decoded", "stored_values"]


class DecodedFrame(NamedTuple):
    """The pixels of one frame, row by row, and what these bytes are."""

    #: Little endian; colours pixel by pixel.
    data: bytes
    rows: int
    columns: int
    #: 1 or 3.
    samples: int
    #: 8, 16, 32 or 64: pixels of one bit have a byte each.
    bits_allocated: int
    #: 0 unsigned, 1 signed, "float" for FloatPixelData and DoubleFloatPixelData.
    pixel_representation: Literal[0, 1, "float"]
    #: What the bytes are, whatever the header calls them: colours are always RGB.
    photometric_interpretation: str


def decoded(host: Host, image_id: str) -> DecodedFrame:
    """The stored values of a frame: MONOCHROME1 is not inverted, PALETTE COLOR gives indices.

    Raises MetadataNotFoundError where an image has no pixels, and VolumeError, DecoderMissingError
    and PictureError where they cannot be decoded.
    """
    pixels: ImagePixelModule = host.require(IMAGE_PIXEL, image_id)
    values = stored_values(host, image_id, pixels)
    rows, columns, *samples = values.shape
    return DecodedFrame(
        np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes(),
        rows,
        columns,
        samples[0] if samples else 1,
        8 * values.dtype.itemsize,
        _representation(values),
        "RGB" if samples else pixels.photometric_interpretation or "MONOCHROME2",
    )


def stored_values(host: Host, image_id: str, pixels: ImagePixelModule) -> NDArray[Any]:
    """(rows, columns), or (rows, columns, 3) as RGB; pixels of one bit as 0 and 1 of uint8."""
    if pixels.bits_allocated == 1:
        return _single_bits(host.require(FRAME_PIXEL_DATA, image_id), pixels, image_id)
    return read_image(image_id, host=host)


def _representation(values: NDArray[Any]) -> Literal[0, 1, "float"]:
    if values.dtype.kind == "f":
        return "float"
    return 1 if values.dtype.kind == "i" else 0


def _single_bits(frame: FramePixels, pixels: ImagePixelModule, image_id: str) -> NDArray[Any]:
    """Eight pixels a byte, the first in its lowest bit (PS3.5 8.1.1)."""
    rows, columns = pixels.rows or 0, pixels.columns or 0
    count = rows * columns
    if not count or (pixels.samples_per_pixel or 1) != 1:
        raise PictureError(
            f"{image_id}: pixels of one bit with Rows {pixels.rows}, Columns {pixels.columns} and "
            f"SamplesPerPixel {pixels.samples_per_pixel} are not read"
        )
    if len(frame.data) != (count + 7) // 8:
        raise PictureError(
            f"{image_id}: its pixels have one bit and are {len(frame.data)} bytes, and "
            f"{columns} x {rows} are {(count + 7) // 8}: only those not compressed are read"
        )
    bits = np.unpackbits(np.frombuffer(frame.data, np.uint8), count=count, bitorder="little")
    return bits.reshape(rows, columns)
