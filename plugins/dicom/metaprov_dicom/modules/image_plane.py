"""Where an image lies in the patient, and how far apart its pixels are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import note
from metaprov_modules import ImagePlaneModule

from .pixel_spacing import calibrated_spacing
from .placement import placement
from .sharing import Shared
from .table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["derive_image_plane"]

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
_WITH_KIND = Table(*_FIELDS, "SOPClassUID", "Modality", "ImageType")

#: How Siemens calls an image whose tiles are the slices of a volume.
_MOSAIC: Final = "MOSAIC"
_PLANE_OF_TILES: Final = (
    "ImageType (0008,0008) is MOSAIC: this is the plane of a mosaic of tiles, not of a slice, and "
    "its position the corner of the mosaic"
)

_VECTORS: Final[Shared[tuple[float, ...]]] = Shared()


def derive_image_plane(instance: Mapping[str, Any], frame: int) -> ImagePlaneModule | None:
    """The image plane of one frame of an instance."""
    fields = _WITH_KIND.read(instance)
    if _MOSAIC in fields.pop("image_type", ()):
        note(_PLANE_OF_TILES)
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
