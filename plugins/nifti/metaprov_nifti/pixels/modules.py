"""What the stored voxels are, and how they are scaled and shown."""

from __future__ import annotations

from math import isfinite, isnan
from typing import TYPE_CHECKING, Final

from metaprov_core import note
from metaprov_modules import ImagePixelModule, ModalityLutModule, VoiLutModule

if TYPE_CHECKING:
    from metaprov_nifti.header.datatypes import Datatype
    from metaprov_nifti.header.header import NiftiHeader

__all__ = ["image_pixel", "modality_lut", "voi_lut"]

_COLOURS: Final = {3: "RGB", 4: "RGBA"}


def image_pixel(header: NiftiHeader, datatype: Datatype) -> ImagePixelModule | None:
    """The pixel module; None for voxels that are no pixels of images.

    As in DICOM, floats have neither BitsStored nor a sign.
    """
    if not datatype.is_of_images:
        note(f"the voxels are {datatype.name}, which no pixels of images are")
        return None
    bits = datatype.bits // datatype.samples
    is_whole = datatype.kind != "float"
    return ImagePixelModule(
        samples_per_pixel=datatype.samples,
        photometric_interpretation=_COLOURS.get(datatype.samples, "MONOCHROME2"),
        rows=header.dim[1],
        columns=header.dim[0],
        bits_allocated=bits,
        bits_stored=bits if is_whole else None,
        high_bit=bits - 1 if is_whole else None,
        pixel_representation=int(datatype.signed) if is_whole else None,
        planar_configuration=0 if datatype.kind == "colour" else None,
    )


def modality_lut(header: NiftiHeader, datatype: Datatype) -> ModalityLutModule | None:
    """scl_slope and scl_inter, where they are finite and the slope is not 0; of no colours."""
    slope, intercept = header.scl_slope, header.scl_inter
    if datatype.kind == "colour" or slope == 0 or isnan(slope):
        return None  # NaN is how nibabel writes that there is none
    if not isfinite(slope) or not isfinite(intercept):
        note(f"scl_slope is {slope:g} and scl_inter {intercept:g}: nothing is scaled")
        return None
    return ModalityLutModule(rescale_intercept=intercept, rescale_slope=slope)


def voi_lut(header: NiftiHeader) -> VoiLutModule | None:
    """The window from cal_min to cal_max, which are scaled values."""
    least, greatest = header.cal_min, header.cal_max
    width = greatest - least
    if not (isfinite(width) and width > 0):
        if least or greatest:
            note(f"cal_min is {least:g} and cal_max {greatest:g}, which is no window")
        return None
    return VoiLutModule(
        window_center=(least + width / 2,), window_width=(width,), voi_lut_function="LINEAR_EXACT"
    )
