"""The header of a NIfTI file, as an answer."""

from typing import Annotated, Final

from metaprov_modules import Answer, Matrix, meaning
from metaprov_modules.key import MetadataType

__all__ = ["NIFTI_HEADER", "NiftiHeader"]


class NiftiHeader(Answer, frozen=True):
    """The header of a NIfTI-1 or NIfTI-2 file (nifti1.h, nifti2.h), under the names of its fields.

    The matrices are from indices (column, row, slice, counted from 0) to mm in RAS, as NIfTI has
    them; numbers in ``pixdim`` and the rest are in the units of the file.
    """

    version: Annotated[int, meaning("1 or 2.")]
    byte_order: Annotated[str, meaning('"little" or "big".')]
    is_pair: Annotated[bool, meaning("Whether the voxels are in a file of their own, .img.")]
    dim: Annotated[
        tuple[int, ...], meaning("Size of each axis, as many as dim[0] says, at least three.")
    ]
    datatype: Annotated[str, meaning('Type of a voxel: "int16", "float32", "rgb24" ...')]
    pixdim: Annotated[tuple[float, ...], meaning("qfac, then the step along each axis, all eight.")]
    space_unit: Annotated[
        str | None, meaning('"meter", "mm" or "micron"; None where it is not said.')
    ]
    time_unit: Annotated[
        str | None,
        meaning('"sec", "msec", "usec", "hz", "ppm" or "rads"; None where it is not said.'),
    ]
    sform_code: Annotated[int, meaning("Which space sform leads to; 0: none.")]
    qform_code: Annotated[int, meaning("Which space qform leads to; 0: none.")]
    sform: Annotated[
        Matrix | None, meaning("Affine of sform; None: code 0, or no finite numbers.", "mm")
    ]
    qform: Annotated[Matrix | None, meaning("Affine of qform; None: code 0, or no rotation.", "mm")]
    base_affine: Annotated[
        Matrix | None,
        meaning("Spacing alone, the middle at 0, x to the left: what no answer rests on.", "mm"),
    ]
    vox_offset: Annotated[int, meaning("Where the voxels begin in their file.", "byte")]
    scl_slope: Annotated[float, meaning("What stored values are multiplied by; 0: not scaled.")]
    scl_inter: Annotated[float, meaning("Added to stored * scl_slope.")]
    cal_min: Annotated[float, meaning("Scaled value to be shown black.")]
    cal_max: Annotated[float, meaning("Scaled value to be shown white; 0 with cal_min 0: unsaid.")]
    toffset: Annotated[float, meaning("Start of the fourth axis.", "as time_unit")]
    dim_info: Annotated[int, meaning("Frequency, phase and slice axis, two bits each.")]
    intent_code: Annotated[int, meaning("What the values are; 0: unsaid.")]
    intent_name: Annotated[str, meaning("Name of the intent.")]
    descrip: Annotated[str, meaning("Any text.")]
    aux_file: Annotated[str, meaning("Name of another file.")]


NIFTI_HEADER: Final = MetadataType(
    "niftiHeader", NiftiHeader, meaning="The header of a file, the same for all of its frames."
)
