"""One frame of any image, in a volume or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import metaprov_core

from ..pixels import colour_samples, need_numpy, value_dtype
from .frames import element_of, frame_into, of_image
from .values import ask

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from metaprov_core import Host

__all__ = ["read_image"]


def read_image(
    image_id: str,
    values: str = "stored",
    *,
    host: Host | None = None,
    dtype: DTypeLike | None = None,
    padding: float | None = None,
) -> NDArray[Any]:
    """The values of one frame: (rows, columns), or (rows, columns, 3) as RGB.

    ``values``, ``dtype`` and ``padding`` are those of `read`. MONOCHROME1 is not inverted, and
    PALETTE COLOR gives indices. Raises what `read` raises for an image.
    """
    need_numpy()
    import numpy as np

    host = metaprov_core.default_host if host is None else host
    asked = ask(host, (image_id,), values)
    pixels, scaling = asked.pixels[0], asked.scalings[0]
    try:
        samples = colour_samples(pixels)
        element = element_of(host, image_id, pixels)
        chosen = value_dtype(
            [(pixels, scaling)],
            scaled=values != "stored",
            element=element,
            dtype=dtype,
            padding=padding,
        )
    except metaprov_core.MetaprovError as error:
        raise of_image(image_id, error) from None
    shape = (pixels.rows or 0, pixels.columns or 0, *((3,) if samples == 3 else ()))
    out = np.empty(shape, chosen)
    frame_into(out, host, image_id, pixels, scaling, element, padding)
    return out
