"""A volume as an image of SimpleITK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .affine import affine_lps
from .needed import needed
from .tilt import no_tilt

if TYPE_CHECKING:
    from .volume import Volume

__all__ = ["to_sitk"]


def to_sitk(volume: Volume, slice_spacing: float | None = None) -> Any:
    """An image with pixels of vectors where there are colors, of four dimensions if of groups.

    The fourth is counted: its spacing is 1, whatever sets the groups apart.
    """
    numpy, sitk = needed("numpy"), needed("SimpleITK")
    no_tilt(volume.geometry, "ITK")
    affine = affine_lps(volume.geometry, slice_spacing)
    image = sitk.GetImageFromArray(_known_to_itk(volume.array), isVector=volume.has_colors)
    size = image.GetDimension()
    spacing, direction, origin = numpy.ones(size), numpy.identity(size), numpy.zeros(size)
    spacing[:3] = numpy.linalg.norm(affine[:3, :3], axis=0)
    direction[:3, :3] = affine[:3, :3] / spacing[:3]
    origin[:3] = affine[:3, 3]
    image.SetSpacing(spacing.tolist())
    image.SetDirection(direction.ravel().tolist())
    image.SetOrigin(origin.tolist())
    return image


def _known_to_itk(array: Any) -> Any:
    """ITK has no booleans and no floats of 16 bits."""
    other = {"bool": "uint8", "float16": "float32"}.get(array.dtype.name)
    return array if other is None else array.astype(other)
