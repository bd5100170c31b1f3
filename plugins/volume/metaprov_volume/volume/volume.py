"""A volume: its voxels, where they lie, and what their values are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import PathLike

    import highdicom
    import nibabel
    import numpy as np
    import numpy.typing as npt
    import SimpleITK
    import xarray

    from metaprov_modules import Note, VolumeGeometryModule

    from .slice_scaling import SliceScaling

__all__ = ["Volume"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Volume:
    """The voxels of a volume as an array, with its geometry and all that was done to its values.

    Where one slice has no spacing between slices, `slice_spacing` (mm, along the normal) gives
    one to the methods that need it. What an image of another library cannot hold is a VolumeError.
    """

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

    @property
    def geometry(self) -> VolumeGeometryModule:
        """Where the voxels lie: of several groups, those of the first, and so of each."""
        return self.geometries[0]

    def affine_for_array(self, slice_spacing: float | None = None) -> npt.NDArray[np.float64]:
        """The 4x4 matrix from an index (slice, row, column, 1) of the array to LPS mm."""
        from .affine import affine_for_array

        return affine_for_array(self, slice_spacing)

    def to_sitk(self, slice_spacing: float | None = None) -> SimpleITK.Image:
        """An image of SimpleITK; of several groups, one of four dimensions. No tilt: ITK has none.

        Colors are the components of its pixels.
        """
        from .to_sitk import to_sitk

        return to_sitk(self, slice_spacing)

    def to_nibabel(self, slice_spacing: float | None = None) -> nibabel.Nifti1Image:
        """A NIfTI image in RAS, indexed (column, row, slice[, group]), with the exact affine."""
        from .to_nibabel import to_nibabel

        return to_nibabel(self, slice_spacing)

    def to_xarray(self, slice_spacing: float | None = None) -> xarray.DataArray:
        """A DataArray with dims ([group,] slice, row, column[, color]).

        Its coordinates are LPS mm where the axes of the array are those of the patient, else mm
        from the first voxel along each axis.
        """
        from .to_xarray import to_xarray

        return to_xarray(self, slice_spacing)

    def to_highdicom(self, slice_spacing: float | None = None) -> highdicom.Volume:
        """A volume of highdicom, which has no tilt."""
        from .to_highdicom import to_highdicom

        return to_highdicom(self, slice_spacing)

    def save(self, path: str | PathLike[str], slice_spacing: float | None = None) -> None:
        """Write a NIfTI file (.nii or .nii.gz), and beside it a .json with all that it cannot hold.

        Each file is there whole, or not at all.
        """
        from .save import save

        save(self, path, slice_spacing)

    def __repr__(self) -> str:
        shape = " x ".join(map(str, self.array.shape))
        unit = f" {self.units}" if self.units else ""
        return f"<Volume {shape} {self.array.dtype} {self.values}{unit}, {len(self.notes)} notes>"

    def _repr_html_(self) -> str:
        from .html import html_of

        return html_of(self)
