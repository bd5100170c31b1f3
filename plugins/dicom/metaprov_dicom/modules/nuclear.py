"""What is particular to nuclear medicine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_core import MetadataType

from .table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "NM_MULTIFRAME_GEOMETRY",
    "RECONSTRUCTED",
    "NmMultiframeGeometryModule",
    "derive_nm_multiframe_geometry",
]

#: The third values of ImageType whose frames are the slices of a volume (PS3.3 C.8.4.9.1.1).
RECONSTRUCTED: Final = frozenset({"RECON TOMO", "RECON GATED TOMO"})

_NM_MULTIFRAME_GEOMETRY = Table(
    "Modality",
    "ImageType",
    "ImageOrientationPatient",
    "ImagePositionPatient",
    "SliceThickness",
    "SpacingBetweenSlices",
    "PixelSpacing",
    "NumberOfFrames",
    json={"is_nm_reconstructable": "isNMReconstructable"},
)


class NmMultiframeGeometryModule(
    msgspec.Struct, frozen=True, gc=False, rename=_NM_MULTIFRAME_GEOMETRY.json_name
):
    """Where the volume of a nuclear medicine image lies, the same for each of its frames.

    In mm and patient coordinates (LPS). Where each frame lies is in `ImagePlaneModule`.
    """

    modality: str | None = None
    image_type: tuple[str | None, ...] | None = None
    #: The third value of the image type: "TOMO", "RECON TOMO" ...
    image_sub_type: str | None = None
    image_orientation_patient: tuple[float, ...] | None = None
    image_position_patient: tuple[float, ...] | None = None
    slice_thickness: float | None = None
    spacing_between_slices: float | None = None
    pixel_spacing: tuple[float, ...] | None = None
    number_of_frames: int | None = None
    #: Whether the frames are the slices of a volume.
    is_nm_reconstructable: bool | None = None


NM_MULTIFRAME_GEOMETRY: Final = MetadataType(
    "nmMultiframeGeometryModule", NmMultiframeGeometryModule
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
