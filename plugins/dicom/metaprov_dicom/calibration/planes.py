"""The plane of an image with the spacing of its user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_core import note, with_fields

if TYPE_CHECKING:
    from metaprov_modules import CalibratedPixelSpacing, ImagePlaneModule

__all__ = ["calibrated_plane"]

Spacing = tuple[float, float]

#: What ``pixel_spacing_calibration`` says where the user said nothing else; Cornerstone's words.
_BY_USER: Final = "User"
_UNCALIBRATED: Final = "Uncalibrated"
_SIDES: Final = ("rows", "columns")


def calibrated_plane(
    plane: ImagePlaneModule, calibration: CalibratedPixelSpacing
) -> ImagePlaneModule:
    """A plane with the spacing that a user gave: (given or the header's) / scale, side by side.

    As Cornerstone measures lengths by its ``calibratedPixelSpacing`` (getCalibratedUnits.ts). It is
    the plane itself where the calibration is about something else, or a side has no spacing at all:
    a scale alone makes none.
    """
    asked = (
        calibration.row_pixel_spacing,
        calibration.column_pixel_spacing,
        calibration.scale,
        calibration.type or None,
    )
    if asked == (None, None, None, None):
        return plane
    spacing = None
    if calibration.type != _UNCALIBRATED:
        spacing = _spacing(plane, calibration)
        if spacing is None:
            return plane
    note(f"spacing by user: {_shown(spacing)} in place of {_shown(plane.pixel_spacing)}")
    row, column = spacing or (None, None)
    return with_fields(
        plane,
        pixel_spacing=spacing,
        row_pixel_spacing=row,
        column_pixel_spacing=column,
        pixel_spacing_calibration=calibration.type or _BY_USER,
    )


def _spacing(plane: ImagePlaneModule, calibration: CalibratedPixelSpacing) -> Spacing | None:
    """Between rows and between columns; None, with a note, where one is not known."""
    of_header = plane.pixel_spacing or (plane.row_pixel_spacing, plane.column_pixel_spacing)
    row = calibration.row_pixel_spacing or of_header[0]
    column = calibration.column_pixel_spacing or of_header[1]
    if not row or not column:
        missing = [side for side, each in zip(_SIDES, (row, column), strict=True) if not each]
        note(
            f"calibrated by user, without a spacing between {' and between '.join(missing)}, which "
            "the header does not have either"
        )
        return None
    scale = calibration.scale or 1.0
    spacing = row / scale, column / scale
    if not all(0 < each < float("inf") for each in spacing):
        note(f"calibrated by user with a scale of {scale:g}, of which no spacing is left")
        return None
    return spacing


def _shown(spacing: tuple[float, ...] | None) -> str:
    return "none" if spacing is None else " x ".join(f"{each:g}" for each in spacing)
