"""The lattice of the voxels of a file in the patient, in mm and LPS, as DICOM has it."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, NamedTuple

from .form import axes_of
from .vectors import Vector, cross, dot, unit

if TYPE_CHECKING:
    from metaprov_modules import Matrix

__all__ = ["Lattice", "lattice_of"]


class Lattice(NamedTuple):
    """One step along columns, rows and slices, and the center of the first voxel."""

    across: Vector
    down: Vector
    through: Vector
    start: Vector

    @property
    def spacing(self) -> tuple[float, float, float | None]:
        """Between columns, rows and slices; None for slices that lie at one place."""
        return hypot(*self.across), hypot(*self.down), hypot(*self.through) or None

    @property
    def normal(self) -> Vector:
        """Row x column, the direction along which slices are in order."""
        return unit(cross(unit(self.across), unit(self.down)))

    @property
    def is_descending(self) -> bool:
        """Whether the slices of the file run against the normal."""
        return dot(self.through, self.normal) < 0

    def position(self, slice: int) -> Vector:
        """Center of the first voxel of a slice, counted from 0."""
        (x, y, z), (dx, dy, dz) = self.start, self.through
        return (x + slice * dx, y + slice * dy, z + slice * dz)


def lattice_of(affine_ras: Matrix) -> Lattice:
    """The lattice of an affine to RAS."""
    # 0 - x: no minus before 0.
    return Lattice(*((0.0 - x, 0.0 - y, z) for x, y, z in axes_of(affine_ras)))
