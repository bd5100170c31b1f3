"""A volume as a NIfTI image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_volume.errors import VolumeError

from .affine import affine_ras
from .group_times import time_step
from .needed import needed

if TYPE_CHECKING:
    from .voxels import Voxels

__all__ = ["to_nibabel"]

#: NIFTI_XFORM_UNKNOWN: what is there does not count; NIFTI_XFORM_SCANNER_ANAT: of the scanner.
_UNKNOWN: Final = 0
_SCANNER: Final = 1
#: A qform is a rotation; it is written where it moves no voxel by more than so many mm.
_MOVED: Final = 0.01


def to_nibabel(volume: Voxels, slice_spacing: float | None = None) -> Any:
    """A Nifti1Image whose sform is the affine of the volume; it shares the memory of the array.

    Where a rotation cannot say the same, as of a tilt, the qform code is 0. Times that are even
    are the fourth axis, in seconds.
    """
    nibabel = needed("nibabel")
    affine = affine_ras(volume.geometry, slice_spacing)
    data = _indexed_as_nifti(volume)
    # int64 has to be asked for.
    image = nibabel.Nifti1Image(data, affine, dtype=data.dtype)
    image.set_sform(affine, code=_SCANNER)
    image.set_qform(affine, code=_SCANNER)
    if not volume.geometry.orthogonal or _moved(image, affine) > _MOVED:
        image.header["qform_code"] = _UNKNOWN
    step = time_step(volume.geometries) if volume.has_groups else None
    image.header.set_xyzt_units("mm", "unknown" if step is None else "sec")
    if step is not None:
        image.header["pixdim"][4] = step
    return image


def _indexed_as_nifti(volume: Voxels) -> Any:
    """The array as (column, row, slice[, group]), of a type that NIfTI has."""
    array = volume.array
    if volume.has_colors:
        numpy = needed("numpy")
        if array.dtype != numpy.uint8:
            raise VolumeError(f"NIfTI has colors of 8 bits, and no others: these are {array.dtype}")
        colors = numpy.dtype([(name, "u1") for name in "RGBA"[: array.shape[-1]]])
        array = numpy.ascontiguousarray(array).view(colors)[..., 0]
    other = {"bool": "uint8", "float16": "float32"}.get(array.dtype.name)
    return (array if other is None else array.astype(other)).T


def _moved(image: Any, affine: Any) -> float:
    """How far the qform moves the corner that it moves the most, in mm."""
    numpy = needed("numpy")
    ends = [(0, size - 1) for size in image.shape[:3]]
    corners = numpy.array(
        [(*each, 1) for each in numpy.stack(numpy.meshgrid(*ends), -1).reshape(-1, 3)]
    )
    moved = (image.get_qform() - affine) @ corners.T
    return float(numpy.linalg.norm(moved[:3], axis=0).max())
