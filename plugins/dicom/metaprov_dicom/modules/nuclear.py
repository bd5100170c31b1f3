"""What is particular to nuclear medicine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_modules import NmMultiframeGeometryModule

from .table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["GATED", "RECONSTRUCTED", "derive_nm_multiframe_geometry"]

#: The third values of ImageType whose frames are the slices of a volume (PS3.3 C.8.4.9.1.1).
GATED: Final = "RECON GATED TOMO"
RECONSTRUCTED: Final = frozenset({"RECON TOMO", GATED})

_NM_MULTIFRAME_GEOMETRY = Table(
    "Modality",
    "ImageType",
    "ImageOrientationPatient",
    "ImagePositionPatient",
    "SliceThickness",
    "SpacingBetweenSlices",
    "PixelSpacing",
    "NumberOfFrames",
)

_DETECTORS = Table("DetectorInformationSequence")
_PLANE = Table("ImageOrientationPatient", "ImagePositionPatient")


def derive_nm_multiframe_geometry(
    instance: Mapping[str, Any], _frame: int
) -> NmMultiframeGeometryModule | None:
    """The geometry of an instance, if it is one of nuclear medicine."""
    if instance.get("Modality") != "NM":
        return None
    fields = _NM_MULTIFRAME_GEOMETRY.read(instance)
    (detector, *_) = _DETECTORS.read(instance).get("detector_information_sequence", ({},))
    image_type = fields.get("image_type", ())
    sub_type = image_type[2] if len(image_type) > 2 else None
    return NmMultiframeGeometryModule(
        **_PLANE.read(detector) | fields,
        image_sub_type=sub_type,
        is_nm_reconstructable=sub_type in RECONSTRUCTED,
    )
