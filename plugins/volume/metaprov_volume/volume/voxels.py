"""The voxels of a volume, where they lie, and what their values are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy.typing as npt

    from metaprov_modules import Note, VolumeGeometryModule

    from .slice_scaling import SliceScaling

__all__ = ["Voxels"]

#: Axes of the array that are places: slices, rows, columns.
_PLACES: Final = 3


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Voxels:
    """What all that a volume becomes is made of."""

    #: (slices, rows, columns), of several groups (groups, slices, rows, columns); colors are last.
    array: npt.NDArray[Any]
    #: One, or one a group.
    geometries: tuple[VolumeGeometryModule, ...]
    #: What the values are: "stored", "modality", "suvbw" ..., "dose".
    values: str
    #: Their unit: "HU", "{SUVbw}g/ml", "Gy"; None where it is not known.
    units: str | None
    #: What was applied to each slice that was read.
    scaling: tuple[SliceScaling, ...]
    #: What is to be known of the geometry and of the values.
    notes: tuple[Note, ...]
    #: Center and width to look at it, in its units.
    window: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        columns, rows, slices = self.geometry.dimensions
        places = self.array.shape[int(self.has_groups) :][:3]
        if places != (slices, rows, columns):
            raise ValueError(
                f"an array of {self.array.shape} is not of {slices} slices, {rows} rows, {columns} "
                "columns, as its geometry is"
            )

    @property
    def geometry(self) -> VolumeGeometryModule:
        """Where the voxels lie: of several groups, those of the first, and so of each."""
        return self.geometries[0]

    @property
    def has_groups(self) -> bool:
        """Whether the first axis of the array is that of groups: of times, of echoes."""
        return self.array.ndim - self.has_colors > _PLACES

    @property
    def has_colors(self) -> bool:
        """Whether the last axis of the array is that of red, green, blue, and alpha."""
        if self.array.ndim != _PLACES + 1 or len(self.geometries) > 1:
            return self.array.ndim > _PLACES + 1
        return self.array.shape[:_PLACES] == self.geometry.dimensions[::-1]
