"""One frame of any image, in a volume or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import metaprov_core
from metaprov_volume.pixels import colour_samples, need_numpy, value_dtype

from .choices import check_choices
from .frames import FrameToRead, element_of, naming
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
    """The values of one frame: (rows, columns), or (rows, columns, 3) as RGB, or 4 as RGBA.

    ``values``, ``dtype`` and ``padding`` are those of `read`. MONOCHROME1 is not inverted, and
    PALETTE COLOR gives indices. Raises what `read` raises for an image.
    """
    need_numpy()
    check_choices(values=values)
    import numpy as np

    host = metaprov_core.default_host if host is None else host
    asked = ask(host, (image_id,), values)
    pixels, scaling = asked.pixels[0], asked.scalings[0]
    with naming(image_id):
        samples = colour_samples(pixels)
        element = element_of(host, image_id, pixels)
        chosen = value_dtype(
            [(pixels, scaling)],
            scaled=values != "stored",
            element=element,
            dtype=dtype,
            padding=padding,
        )
    shape = (pixels.rows or 0, pixels.columns or 0, *((samples,) if samples > 1 else ()))
    out = np.empty(shape, chosen)
    FrameToRead(host, image_id, pixels, scaling, element, padding).into(out)
    return out
