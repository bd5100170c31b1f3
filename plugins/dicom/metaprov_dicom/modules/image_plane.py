"""Where an image lies in the patient, and how far apart its pixels are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_core import MetadataType

from .pixel_spacing import calibrated_spacing
from .placement import placement
from .sharing import Shared
from .table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["IMAGE_PLANE", "ImagePlaneModule", "derive_image_plane"]

_FIELDS = (
    "FrameOfReferenceUID",
    "Rows",
    "Columns",
    "ImageOrientationPatient",
    "ImagePositionPatient",
    "SliceThickness",
    "SliceLocation",
    "SpacingBetweenSlices",
    "PixelSpacing",
)
_IMAGE_PLANE = Table(*_FIELDS)
#: What else determines the spacing and the position, read in the same pass.
_WITH_KIND = Table(*_FIELDS, "SOPClassUID", "Modality")


class ImagePlaneModule(msgspec.Struct, frozen=True, gc=False, rename=_IMAGE_PLANE.json_name):
    """Where an image lies in the patient (PS3.3 C.7.6.2), in mm and patient coordinates (LPS).

    Nothing is made up: a vector of the wrong length, or with something in it that is not a finite
    number, is None, as a missing one is.
    """

    frame_of_reference_uid: str | None = None
    rows: int | None = None
    columns: int | None = None
    #: The direction cosines of a row, then those of a column.
    image_orientation_patient: tuple[float, ...] | None = None
    #: The direction of a row: that in which the column index grows.
    row_cosines: tuple[float, ...] | None = None
    #: The direction of a column: that in which the row index grows.
    column_cosines: tuple[float, ...] | None = None
    #: The center of the first pixel: x, y, z.
    image_position_patient: tuple[float, ...] | None = None
    slice_thickness: float | None = None
    slice_location: float | None = None
    spacing_between_slices: float | None = None
    #: Between rows, then between columns.
    pixel_spacing: tuple[float, ...] | None = None
    #: Between rows: along a column.
    row_pixel_spacing: float | None = None
    #: Between columns: along a row.
    column_pixel_spacing: float | None = None
    #: For projections, what the spacing is true for: "ERMF" (in the patient, by the magnification),
    #: "Calibrated", "Proj" (at the detector) or "Unknown"; None for other images.
    pixel_spacing_calibration: str | None = None


IMAGE_PLANE: Final = MetadataType("imagePlaneModule", ImagePlaneModule)

_VECTORS: Final[Shared[tuple[float, ...]]] = Shared()


def derive_image_plane(instance: Mapping[str, Any], frame: int) -> ImagePlaneModule | None:
    """The image plane of one frame of an instance."""
    fields = _WITH_KIND.read(instance)
    spacing, calibration = calibrated_spacing(
        instance, fields.pop("sop_class_uid", None), fields.pop("pixel_spacing", None)
    )
    orientation, position = placement(
        instance,
        fields.pop("modality", None),
        frame,
        fields.pop("image_orientation_patient", None),
        fields.pop("image_position_patient", None),
    )
    if spacing is not None:
        fields["pixel_spacing"] = _VECTORS[spacing]
        fields["row_pixel_spacing"], fields["column_pixel_spacing"] = spacing
        fields["pixel_spacing_calibration"] = calibration
    if orientation is not None:
        fields["image_orientation_patient"] = orientation
        fields["row_cosines"] = _VECTORS[orientation[:3]]
        fields["column_cosines"] = _VECTORS[orientation[3:]]
    if position is not None:
        fields["image_position_patient"] = position
    return ImagePlaneModule(**fields) if fields else None
