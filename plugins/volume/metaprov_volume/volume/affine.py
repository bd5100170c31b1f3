"""Where the voxels of a volume lie, as matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_volume.errors import VolumeError

from .needed import needed

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from metaprov_modules import VolumeGeometryModule

    Affine = npt.NDArray[np.float64]

__all__ = ["affine_for_array", "affine_lps", "affine_ras"]

#: Left and posterior are minus right and anterior.
_RAS_OF_LPS: Final = (-1.0, -1.0, 1.0, 1.0)


def affine_lps(geometry: VolumeGeometryModule, slice_spacing: float | None = None) -> Affine:
    """The 4x4 matrix from an index (column, row, slice, 1) to LPS mm.

    Raises VolumeError where there is none: of one slice without `slice_spacing`, of uneven slices.
    """
    numpy = needed("numpy")
    if slice_spacing is not None and not 0 < slice_spacing < float("inf"):
        raise VolumeError(f"a slice_spacing is a length in mm above 0, not {slice_spacing!r}")
    if geometry.affine_lps is not None:
        if slice_spacing is not None:
            raise VolumeError(
                f"slice_spacing is for a single slice; the {geometry.dimensions[2]} slices of "
                f"{_name(geometry)} are {geometry.spacing[2]} mm apart, as their positions say"
            )
        affine: Affine = numpy.array(geometry.affine_lps, dtype=numpy.float64)
        return affine
    if geometry.dimensions[2] != 1:
        raise VolumeError(
            f"the slices of {_name(geometry)} are not even, and no matrix says where they lie; "
            "metaprov volumes names the uneven ones"
        )
    if slice_spacing is None:
        raise VolumeError(
            f"{_name(geometry)} is one slice, which has no spacing between slices; give one in mm "
            "with slice_spacing=, such as its SliceThickness"
        )
    row, column = (numpy.array(geometry.direction[at : at + 3]) for at in (0, 3))
    affine = numpy.identity(4)
    affine[:3, 0] = row * geometry.spacing[0]
    affine[:3, 1] = column * geometry.spacing[1]
    affine[:3, 2] = numpy.cross(row, column) * slice_spacing
    affine[:3, 3] = geometry.origin
    return affine


def affine_ras(geometry: VolumeGeometryModule, slice_spacing: float | None = None) -> Affine:
    """The 4x4 matrix from an index (column, row, slice, 1) to RAS mm, as NIfTI has it."""
    numpy = needed("numpy")
    affine: Affine = numpy.array(_RAS_OF_LPS)[:, None] * affine_lps(geometry, slice_spacing)
    return affine


def affine_for_array(geometry: VolumeGeometryModule, slice_spacing: float | None = None) -> Affine:
    """The 4x4 matrix from an index (slice, row, column, 1) to LPS mm."""
    return affine_lps(geometry, slice_spacing)[:, [2, 1, 0, 3]]


def _name(geometry: VolumeGeometryModule) -> str:
    return f"series {geometry.series_instance_uid or geometry.image_ids[0]}"
