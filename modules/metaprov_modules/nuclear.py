"""What is particular to nuclear medicine."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["NM_MULTIFRAME_GEOMETRY", "NmMultiframeGeometryModule"]


class NmMultiframeGeometryModule(Answer, frozen=True):
    """Where the volume of a nuclear medicine image lies, the same for each of its frames.

    PS3.3 C.8.4.8, C.8.4.9, C.8.4.11; in mm and patient coordinates (LPS). Where each frame lies is
    in `ImagePlaneModule`.
    """

    modality: Annotated[str | None, meaning('"NM".', attribute="Modality (0008,0060)")] = None
    image_type: Annotated[
        tuple[str | None, ...] | None,
        meaning("As in `GeneralImageModule`.", attribute="ImageType (0008,0008)"),
    ] = None
    image_sub_type: Annotated[
        str | None,
        meaning(
            'The third value of the image type: "TOMO", "RECON TOMO" ...',
            attribute="ImageType (0008,0008)",
        ),
    ] = None
    image_orientation_patient: Annotated[
        tuple[float, ...] | None,
        meaning(
            "Six direction cosines: those of a row, then those of a column.",
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
        meaning("Nominal thickness of a slice.", "mm", attribute="SliceThickness (0018,0050)"),
    ] = None
    spacing_between_slices: Annotated[
        float | None,
        meaning(
            "From center to center of adjacent slices; its sign counts.",
            "mm",
            attribute="SpacingBetweenSlices (0018,0088)",
        ),
    ] = None
    pixel_spacing: Annotated[
        tuple[float, ...] | None,
        meaning("Between rows, then between columns.", "mm", attribute="PixelSpacing (0028,0030)"),
    ] = None
    number_of_frames: Annotated[
        int | None,
        meaning("How many frames the image has.", attribute="NumberOfFrames (0028,0008)"),
    ] = None
    is_nm_reconstructable: Annotated[
        bool | None,
        meaning(
            "Whether the frames are the slices of a volume.", attribute="ImageType (0008,0008)"
        ),
    ] = None


NM_MULTIFRAME_GEOMETRY: Final = MetadataType(
    "nmMultiframeGeometryModule", NmMultiframeGeometryModule
)
