"""The pixels of a frame, and headers that say what the bytes are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_modules import FRAME_PIXEL_DATA, IMAGE_PIXEL
from metaprov_serve.pictures import DecodedFrame, decoded

if TYPE_CHECKING:
    from metaprov_core import Host

__all__ = ["PIXEL_HEADERS", "as_stored", "as_values"]

#: By field of what is decoded.
_HEADERS: Final = {
    "X-Rows": "rows",
    "X-Columns": "columns",
    "X-Samples": "samples",
    "X-Bits-Allocated": "bits_allocated",
    "X-Pixel-Representation": "pixel_representation",
    "X-Photometric": "photometric_interpretation",
}
_SYNTAX: Final = "X-Transfer-Syntax"
#: What browsers may read of an answer to a page from elsewhere.
PIXEL_HEADERS: Final = (*_HEADERS, _SYNTAX)


def as_values(host: Host, image_id: str) -> tuple[bytes, dict[str, str]]:
    """Decoded, little endian; 8, 16, 32 or 64 bits a sample, colours as RGB pixel by pixel."""
    frame = decoded(host, image_id)
    return frame.data, _told(frame)


def as_stored(host: Host, image_id: str) -> tuple[bytes, dict[str, str]]:
    """As the file has it, compressed or not."""
    frame = host.require(FRAME_PIXEL_DATA, image_id)
    pixels = host.require(IMAGE_PIXEL, image_id)
    is_float = frame.element != "PixelData"
    said = DecodedFrame(
        frame.data,
        pixels.rows or 0,
        pixels.columns or 0,
        pixels.samples_per_pixel or 1,
        pixels.bits_allocated or 0,
        "float" if is_float else 1 if pixels.pixel_representation == 1 else 0,
        pixels.photometric_interpretation or "",
    )
    return frame.data, {**_told(said), _SYNTAX: frame.transfer_syntax_uid}


def _told(frame: DecodedFrame) -> dict[str, str]:
    return {name: str(getattr(frame, field)) for name, field in _HEADERS.items()}
