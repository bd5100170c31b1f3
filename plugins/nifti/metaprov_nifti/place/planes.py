"""The plane of each frame of a file, made fast: what they share is computed once."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

from metaprov_modules import ImagePlaneModule
from metaprov_nifti.header.units import MILLIMETRES

from .vectors import Vector, unit

if TYPE_CHECKING:
    from metaprov_nifti.header.header import NiftiHeader

    from .lattice import Lattice

__all__ = ["Planes"]


class Planes:
    """The planes of a file (PS3.3 C.7.6.2), with the slices of the first volume first."""

    def __init__(self, header: NiftiHeader, lattice: Lattice | None) -> None:
        """``lattice`` is None where the header does not say where the image lies."""
        self._slices: Final = header.dim[2]
        self._lattice: Final = lattice
        self._rows, self._columns = header.dim[1], header.dim[0]
        self._orientation: tuple[float, ...] | None = None
        self._row_cosines: Vector | None = None
        self._column_cosines: Vector | None = None
        if lattice is not None:
            self._row_cosines, self._column_cosines = unit(lattice.across), unit(lattice.down)
            self._orientation = (*self._row_cosines, *self._column_cosines)
        spacing = _stated_spacing(header) if lattice is None else lattice.spacing
        columns, rows, self._between_slices = spacing
        self._between_rows, self._between_columns = rows, columns
        self._spacing = None if rows is None or columns is None else (rows, columns)

    def plane(self, frame: int) -> ImagePlaneModule:
        """The plane of a frame, counted from 1."""
        lattice = self._lattice
        return ImagePlaneModule(
            rows=self._rows,
            columns=self._columns,
            image_orientation_patient=self._orientation,
            row_cosines=self._row_cosines,
            column_cosines=self._column_cosines,
            image_position_patient=lattice and lattice.position((frame - 1) % self._slices),
            spacing_between_slices=self._between_slices,
            pixel_spacing=self._spacing,
            row_pixel_spacing=self._between_rows,
            column_pixel_spacing=self._between_columns,
        )


def _stated_spacing(header: NiftiHeader) -> tuple[float | None, ...]:
    """Of pixdim, in mm: without a form that is all there is."""
    scale = MILLIMETRES.get(header.space_unit or "mm", 1.0)
    return tuple(
        abs(step) * scale if step and isfinite(step) else None for step in header.pixdim[1:4]
    )
