"""One number for all pixels, or one for each slice or frame, in the shape that NumPy broadcasts."""

from __future__ import annotations

from math import isfinite, prod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["by_image"]

Shape = tuple[int, ...]


def by_image(name: str, numbers: Any, pixels: Shape) -> float | NDArray[np.float64]:
    """The numbers as an array that broadcasts over pixels of this shape; one for all as a float.

    ``name`` is what the numbers are called in the errors: ValueError where one is not finite, and
    where they are neither one nor as many as there are images. `to_suv` says which they may be.
    """
    # NumPy's checks of one number take as long as the pixels of a slice.
    if isinstance(numbers, (float, int)) and isfinite(numbers):
        return float(numbers)
    array = _finite(name, numbers)
    if array.ndim == 0:
        return float(array)
    images = _images(pixels)
    if array.ndim == 1:
        shape = _shape_of_flat(name, array.size, images, pixels)
    else:
        shape = _shape_of_nested(name, array.shape, images)
    return array.reshape(*shape, *(1,) * (len(pixels) - len(images)))


def _finite(name: str, numbers: Any) -> NDArray[np.float64]:
    try:
        array = np.asarray(numbers, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.asarray(np.nan)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} is not a finite number, or one for each slice: {numbers!r:.60}")
    return array


def _images(pixels: Shape) -> Shape:
    """The axes that count images: all but rows and columns. Of a list, each value is an image's."""
    return pixels if len(pixels) == 1 else pixels[:-2]


def _shape_of_flat(name: str, count: int, images: Shape, pixels: Shape) -> Shape:
    """The axes along which a plain sequence goes: all, or the first or the last of several."""
    if prod(images) == count:
        return images
    others = (1,) * (len(images) - 1)
    along_one = {images[:1] + others, others + images[-1:]}
    shapes = {shape for shape in along_one if prod(shape) == count}
    if len(shapes) == 1:
        return shapes.pop()
    has = f"{name} has {count} values, one for each slice, but the pixels have the shape {pixels}"
    if shapes:
        first, last = sorted(shapes, reverse=True)
        raise ValueError(
            f"{has}, as many frames as slices: nest the values to the shape {first}, one for each "
            f"frame, or {last}, one for each slice"
        )
    raise ValueError(has if images else f"{has}, which is one slice")


def _shape_of_nested(name: str, shape: Shape, images: Shape) -> Shape:
    """The shape of nested sequences: that of the axes of images, or 1 where an axis has one."""
    pairs = zip(shape, images, strict=False)
    if len(shape) == len(images) and all(here in {1, there} for here, there in pairs):
        return shape
    nested = f", or nested to the shape {images}" if len(images) > 1 else ""
    raise ValueError(
        f"{name} has the shape {shape}; it is one number, or one for each slice{nested}"
    )
