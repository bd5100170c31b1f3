"""A volume as a DataArray of xarray."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .affine import affine_for_array
from .needed import needed

if TYPE_CHECKING:
    from .voxels import Voxels

__all__ = ["to_xarray"]

_PLACES: Final = ("slice", "row", "column")
#: How much of a unit vector along an axis of the patient may be along another one.
_ALIGNED: Final = 1e-6


def to_xarray(volume: Voxels, slice_spacing: float | None = None) -> Any:
    """A DataArray with dims ([group,] slice, row, column[, color]).

    Where each axis of the array is one of the patient's, coordinates are LPS mm; else they are
    indices. `attrs` are what netCDF can hold: "affine" is the matrix from (slice, row, column, 1)
    to LPS mm as 16 numbers, row by row.
    """
    numpy, xarray = needed("numpy"), needed("xarray")
    affine = affine_for_array(volume.geometry, slice_spacing)
    before, after = ("group",) * volume.has_groups, ("color",) * volume.has_colors
    dims = (*before, *_PLACES, *after)
    shape = dict(zip(dims, volume.array.shape, strict=True))
    coords: dict[str, Any] = {name: numpy.arange(shape[name]) for name in _PLACES}
    axes = _axes_of_patient(numpy, affine[:3, :3])
    if axes is not None:
        for index, (name, axis) in enumerate(zip(_PLACES, axes, strict=True)):
            along = affine[axis, 3] + affine[axis, index] * coords[name]
            coords[name] = (name, along, {"units": "mm", "long_name": f"LPS {'xyz'[axis]}"})
    groups = [geometry.group for geometry in volume.geometries]
    if volume.has_groups and all(group is not None and group.value is not None for group in groups):
        values = [group.value for group in groups if group is not None]
        if all(isinstance(value, int | float | str) for value in values):
            name = groups[0].attribute if groups[0] is not None else ""
            coords["group"] = ("group", values, {"long_name": name})
    attrs: dict[str, Any] = {"values": volume.values, "affine": affine.ravel().tolist()}
    if volume.units is not None:
        attrs["units"] = volume.units
    if volume.has_colors:
        coords["color"] = ["red", "green", "blue", "alpha"][: volume.array.shape[-1]]
    return xarray.DataArray(volume.array, coords, dims, name=volume.values, attrs=attrs)


def _axes_of_patient(numpy: Any, steps: Any) -> list[int] | None:
    """Which axis of the patient each axis of the array is along; None where one is oblique."""
    cosines = numpy.abs(steps / numpy.linalg.norm(steps, axis=0))
    axes = cosines.argmax(axis=0)
    cosines[axes, range(3)] = 0
    return axes.tolist() if cosines.max() <= _ALIGNED else None
