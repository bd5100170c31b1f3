"""A volume: its voxels, where they lie, and what their values are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from os import PathLike

    import numpy as np
    import numpy.typing as npt

    from metaprov_modules import Note, VolumeGeometryModule

    from .slice_scaling import SliceScaling

__all__ = ["Volume"]

#: Axes of the array that are places: slices, rows, columns.
_PLACES: Final = 3


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
        """Whether the last axis of the array is that of red, green and blue."""
        if self.array.ndim != _PLACES + 1 or len(self.geometries) > 1:
            return self.array.ndim > _PLACES + 1
        return self.array.shape[:_PLACES] == self.geometry.dimensions[::-1]

    def affine_for_array(self, slice_spacing: float | None = None) -> npt.NDArray[np.float64]:
        """The 4x4 matrix from an index (slice, row, column, 1) of the array to LPS mm."""
        from .affine import affine_for_array

        return affine_for_array(self.geometry, slice_spacing)

    def to_sitk(self, slice_spacing: float | None = None) -> Any:
        """A SimpleITK.Image; of several groups, one of four dimensions. No tilt: ITK has none.

        Colors are the components of its pixels.
        """
        from .to_sitk import to_sitk

        return to_sitk(self, slice_spacing)

    def to_nibabel(self, slice_spacing: float | None = None) -> Any:
        """A nibabel.Nifti1Image in RAS, indexed (column, row, slice[, group]), its affine exact."""
        from .to_nibabel import to_nibabel

        return to_nibabel(self, slice_spacing)

    def to_xarray(self, slice_spacing: float | None = None) -> Any:
        """An xarray.DataArray with dims ([group,] slice, row, column[, color]).

        Its coordinates are LPS mm where the axes of the array are those of the patient, else
        indices; its attrs are "values", "units" and "affine", 16 numbers of the matrix that
        `affine_for_array` returns.
        """
        from .to_xarray import to_xarray

        return to_xarray(self, slice_spacing)

    def to_highdicom(self, slice_spacing: float | None = None) -> Any:
        """A highdicom.Volume; no tilt: it has none."""
        from .to_highdicom import to_highdicom

        return to_highdicom(self, slice_spacing)

    def save(self, path: str | PathLike[str], slice_spacing: float | None = None) -> None:
        """Write a NIfTI file (.nii or .nii.gz), and beside it a .json with all that it cannot hold.

        Each file is there whole, or not at all.
        """
        from .save import save

        save(self, path, slice_spacing)

    def preview(self) -> Any:
        """A PIL.Image of three planes through the middle, for looking only."""
        from .preview import preview

        return preview(self)

    def __repr__(self) -> str:
        shape = " x ".join(map(str, self.array.shape))
        unit = f" {self.units}" if self.units else ""
        return f"<Volume {shape} {self.array.dtype} {self.values}{unit}, {len(self.notes)} notes>"

    def _repr_html_(self) -> str:
        from .html import html_of

        return html_of(self)
