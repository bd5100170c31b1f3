"""The pixel spacing of projections: at the detector, or in the patient (PS3.3 10.7.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .table import Table, field_name

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["calibrated_spacing"]

#: The SOP classes whose images are projections.
_PROJECTIONS: Final = frozenset(
    f"1.2.840.10008.5.1.4.1.1.{number}"
    for number in (
        "1",  # computed radiography
        "1.1", "1.1.1",  # digital X-ray
        "1.2", "1.2.1",  # digital mammography
        "1.3", "1.3.1",  # digital intra-oral
        "12.1", "12.1.1",  # X-ray angiography
        "12.2", "12.2.1",  # X-ray radiofluoroscopy
        "12.3",  # biplane angiography
        "13.1.4", "13.1.5",  # breast projection
    )
)  # fmt: skip

_CALIBRATIONS: Final = {"GEOMETRY": "ERMF", "FIDUCIAL": "Calibrated"}
_PROJECTION = Table(
    "PixelSpacingCalibrationType",
    "ImagerPixelSpacing",
    "EstimatedRadiographicMagnificationFactor",
    "DistanceSourceToDetector",
    "DistanceSourceToPatient",
    "DistanceSourceToEntrance",
)

_STORAGE: Final = "1.2.840.10008.5.1.4.1.1"
#: Images of other SOP classes whose spacing another attribute says: which one, whether it is asked
#: before PixelSpacing, and what it is true for.
_ELSEWHERE: Final[dict[str, tuple[str, bool, str]]] = {
    # Enhanced angiography and fluoroscopy: X-Ray Projection Pixel Calibration (C.8.19.6.9).
    **dict.fromkeys(
        (f"{_STORAGE}.12.1.1", f"{_STORAGE}.12.2.1"),
        ("ObjectPixelSpacingInCenterOfBeam", True, "ERMF"),
    ),
    # RT image: at the plane of the image (C.8.8.2).
    f"{_STORAGE}.481.1": ("ImagePlanePixelSpacing", True, "Proj"),
    # Secondary capture: of what was scanned (C.8.6.1).
    **dict.fromkeys(
        (f"{_STORAGE}.7", *(f"{_STORAGE}.7.{number}" for number in range(1, 5))),
        ("NominalScannedPixelSpacing", False, "Unknown"),
    ),
}
_TABLES: Final = {keyword: Table(keyword) for keyword, _, _ in _ELSEWHERE.values()}

Spacing = tuple[float, ...]


def calibrated_spacing(
    instance: Mapping[str, Any], sop_class: str | None, pixel_spacing: Spacing | None
) -> tuple[Spacing | None, str | None]:
    """The spacing of the pixels in mm, and of a projection what it is true for.

    "ERMF": in the patient, by geometry; "Calibrated": by an object of known size; "Proj": at the
    detector; "Unknown": it is not said.
    """
    elsewhere = _ELSEWHERE.get(sop_class or "")
    if elsewhere is not None:
        keyword, is_first, calibration = elsewhere
        spacing = pixel_spacing
        if is_first or spacing is None:
            spacing = _TABLES[keyword].read(instance).get(field_name(keyword))
        if spacing is not None:
            return spacing, calibration
    if sop_class not in _PROJECTIONS:
        return pixel_spacing, None
    fields = _PROJECTION.read(instance)
    known = _CALIBRATIONS.get(fields.get("pixel_spacing_calibration_type", ""))
    if pixel_spacing is not None and known is not None:
        return pixel_spacing, known
    at_detector = fields.get("imager_pixel_spacing")
    if at_detector is None:
        return pixel_spacing, None if pixel_spacing is None else "Unknown"
    magnification = _magnification(fields)
    if magnification is not None:
        return tuple(spacing / magnification for spacing in at_detector), "ERMF"
    if pixel_spacing is not None and at_detector[0] > pixel_spacing[0]:
        return pixel_spacing, "ERMF"
    return pixel_spacing or at_detector, "Proj"


def _magnification(fields: Mapping[str, Any]) -> float | None:
    """How much larger things are at the detector than in the patient; None where not said."""
    estimated = fields.get("estimated_radiographic_magnification_factor")
    if estimated is not None and estimated > 1:
        return float(estimated)
    to_detector = fields.get("distance_source_to_detector")
    to_patient = fields.get("distance_source_to_patient", fields.get("distance_source_to_entrance"))
    if to_detector is None or not to_patient:
        return None
    return to_detector / to_patient if to_detector / to_patient > 1 else None
