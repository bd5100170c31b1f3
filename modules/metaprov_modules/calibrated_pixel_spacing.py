"""What the pixels of an image measure as its user knows it, in place of what the header says."""

from typing import Annotated, Final, Literal

from .answer import Answer, meaning
from .key import MetadataType
from .ultrasound import UltrasoundRegion

__all__ = ["CALIBRATED_PIXEL_SPACING", "CalibratedPixelSpacing", "CalibrationType"]

#: Cornerstone's words for what a spacing is true for.
CalibrationType = Literal[
    "", "ERMF", "User", "Proj", "Region", "Error", "Uncalibrated", "Calibrated", "Unknown"
]


class CalibratedPixelSpacing(Answer, frozen=True):
    """What a user says of the spacing of an image: Cornerstone's ``IImageCalibration``.

    The spacing of each side is the one given here, or else the header's, divided by ``scale``.
    """

    row_pixel_spacing: Annotated[float | None, meaning("Between rows, along a column.", "mm")] = (
        None
    )
    column_pixel_spacing: Annotated[
        float | None, meaning("Between columns, along a row.", "mm")
    ] = None
    scale: Annotated[float | None, meaning("What lengths are divided by.")] = None
    aspect: Annotated[float | None, meaning("Aspect of the pixels, for display alone.")] = None
    type: Annotated[
        CalibrationType | None,
        meaning(
            'What the spacing is true for: "ERMF", "User", "Proj", "Region", "Error", '
            '"Calibrated" or "Unknown"; "Uncalibrated": there is none, whatever the header says.'
        ),
    ] = None
    tooltip: Annotated[str | None, meaning("A sentence about it, for people.")] = None
    sequence_of_ultrasound_regions: Annotated[
        tuple[UltrasoundRegion, ...] | None,
        meaning("Regions with a spacing of their own, in place of those of the header."),
    ] = None


CALIBRATED_PIXEL_SPACING: Final = MetadataType("calibratedPixelSpacing", CalibratedPixelSpacing)
