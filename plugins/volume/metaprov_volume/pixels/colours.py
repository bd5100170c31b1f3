"""YBR to RGB (PS3.3 C.7.6.3.1.2, ISO/IEC 10918-5 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["rgb_of_ybr", "ybr_of_422"]


def rgb_of_ybr(ybr: NDArray[Any]) -> NDArray[Any]:
    """YBR_FULL, eight bits a sample, to RGB, rounded to the nearest."""
    import numpy as np

    to_rgb = np.asarray(
        [
            [1.0, 1.0, 1.0],
            [0.0, -0.114 * 1.772 / 0.587, 1.772],
            [1.402, -0.299 * 1.402 / 0.587, 0.0],
        ],
        dtype=np.float32,
    )
    values = ybr.astype(np.float32)
    values -= np.float32([0, 128, 128])
    values = values @ to_rgb
    values += 0.5
    np.floor(values, out=values)
    np.clip(values, 0, 255, out=values)
    return values.astype(ybr.dtype)


def ybr_of_422(samples: NDArray[Any], rows: int, columns: int) -> NDArray[Any]:
    """Native YBR_FULL_422, two pixels as Y Y B R, to one Y B R a pixel."""
    import numpy as np

    pairs = samples.reshape(-1, 4)
    ybr = np.empty((len(pairs), 2, 3), samples.dtype)
    ybr[:, :, 0] = pairs[:, :2]
    ybr[:, :, 1] = pairs[:, 2:3]
    ybr[:, :, 2] = pairs[:, 3:4]
    return ybr.reshape(rows, columns, 3)
