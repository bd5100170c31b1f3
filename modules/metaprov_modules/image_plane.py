"""Where an image lies in the patient, and how far apart its pixels are."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["IMAGE_PLANE", "ImagePlaneModule"]


class ImagePlaneModule(Answer, frozen=True):
    """Where an image lies in the patient (PS3.3 C.7.6.2), in mm and patient coordinates (LPS).

    Nothing is made up: a vector of the wrong length, or with something in it that is not a finite
    number, is None, as a missing one is.
    """

    frame_of_reference_uid: Annotated[
        str | None,
        meaning(
            "UID of the coordinate system of the positions.",
            attribute="FrameOfReferenceUID (0020,0052)",
        ),
    ] = None
    rows: Annotated[
        int | None, meaning("Number of rows of pixels.", attribute="Rows (0028,0010)")
    ] = None
    columns: Annotated[
        int | None, meaning("Number of columns of pixels.", attribute="Columns (0028,0011)")
    ] = None
    image_orientation_patient: Annotated[
        tuple[float, ...] | None,
        meaning(
            "Six direction cosines: those of a row, then those of a column.",
            attribute="ImageOrientationPatient (0020,0037)",
        ),
    ] = None
    row_cosines: Annotated[
        tuple[float, ...] | None,
        meaning(
            "Direction of a row, in which the column index grows: x, y, z.",
            attribute="ImageOrientationPatient (0020,0037)",
        ),
    ] = None
    column_cosines: Annotated[
        tuple[float, ...] | None,
        meaning(
            "Direction of a column, in which the row index grows: x, y, z.",
            attribute="ImageOrientationPatient (0020,0037)",
        ),
    ] = None
    image_position_patient: Annotated[
        tuple[float, ...] | None,
        meaning(
            "Center of the first pixel: x, y, z.",
            "mm",
            attribute="ImagePositionPatient (0020,0032)",
        ),
    ] = None
    slice_thickness: Annotated[
        float | None,
        meaning("Nominal thickness of the slice.", "mm", attribute="SliceThickness (0018,0050)"),
    ] = None
    slice_location: Annotated[
        float | None,
        meaning(
            "Relative position; its zero and direction are the maker's.",
            "mm",
            attribute="SliceLocation (0020,1041)",
        ),
    ] = None
    spacing_between_slices: Annotated[
        float | None,
        meaning(
            "From center to center of adjacent slices.",
            "mm",
            attribute="SpacingBetweenSlices (0018,0088)",
        ),
    ] = None
    pixel_spacing: Annotated[
        tuple[float, ...] | None,
        meaning("Between rows, then between columns.", "mm", attribute="PixelSpacing (0028,0030)"),
    ] = None
    row_pixel_spacing: Annotated[
        float | None,
        meaning("Between rows, along a column.", "mm", attribute="PixelSpacing (0028,0030)"),
    ] = None
    column_pixel_spacing: Annotated[
        float | None,
        meaning("Between columns, along a row.", "mm", attribute="PixelSpacing (0028,0030)"),
    ] = None
    pixel_spacing_calibration: Annotated[
        str | None,
        meaning(
            "For projections, what the spacing is true for: "
            '"ERMF" (in the patient, by the magnification), "Calibrated" (by an object of known '
            'size), "Proj" (at the detector) or "Unknown"; None for other images. "User", or '
            "another word of `CalibratedPixelSpacing`, where a user gave it.",
            attribute="PixelSpacingCalibrationType (0028,0A02)",
        ),
    ] = None


IMAGE_PLANE: Final = MetadataType("imagePlaneModule", ImagePlaneModule)
