"""Grey and colours as a PNG with square pixels."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["png"]

#: No picture is enlarged beyond it, whatever a header says that its pixels are.
_LONGEST: Final = 8192
#: Pixels that differ by less are square.
_NEARLY: Final = 0.01
#: Hardly larger than the best, and several times faster.
_COMPRESSION: Final = 1


def png(colours: NDArray[Any], *, aspect: float = 1.0, size: int | None = None) -> bytes:
    """(rows, columns[, 3]) of uint8 as the bytes of a PNG.

    ``aspect`` is how high a pixel is when its width is 1: its shorter side is stretched, so that
    pixels become square. ``size`` is the longest edge; nothing is enlarged to it.
    """
    image = Image.fromarray(np.ascontiguousarray(colours))
    wanted = _size(image.width, image.height, aspect, size)
    if wanted != image.size:
        image = image.resize(wanted, Image.Resampling.BILINEAR)
    out = BytesIO()
    image.save(out, "PNG", compress_level=_COMPRESSION)
    return out.getvalue()


def _size(columns: int, rows: int, aspect: float, size: int | None) -> tuple[int, int]:
    width, height = float(columns), float(rows)
    if abs(aspect - 1) > _NEARLY:
        width, height = width * max(1.0, 1 / aspect), height * max(1.0, aspect)
    longest = max(width, height)
    limit = longest if size is None else float(size)
    if longest > max(rows, columns):
        limit = min(limit, max(_LONGEST, rows, columns))
    smaller = min(1.0, limit / longest)
    return max(1, round(width * smaller)), max(1, round(height * smaller))
