"""The regions of an ultrasound image: what their pixels measure (PS3.3 C.8.5.5)."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = [
    "CALIBRATION",
    "ULTRASOUND_ENHANCED_REGION",
    "CalibrationModule",
    "UltrasoundEnhancedRegionModule",
    "UltrasoundRegion",
]

_UNITS: Final = (
    "0 none, 1 percent, 2 dB, 3 cm, 4 seconds, 5 hertz, 6 dB/seconds, 7 cm/sec, 8 cm2, 9 cm2/sec, "
    "10 cm3, 11 cm3/sec, 12 degrees."
)


class UltrasoundRegion(Answer, frozen=True):
    """One region: where it is in the image, and what a step from pixel to pixel measures.

    x is the column and y the row, counted from 0.
    """

    region_location_min_x0: Annotated[int | None, meaning("Its first column.")] = None
    region_location_min_y0: Annotated[int | None, meaning("Its first row.")] = None
    region_location_max_x1: Annotated[int | None, meaning("Its last column.")] = None
    region_location_max_y1: Annotated[int | None, meaning("Its last row.")] = None
    reference_pixel_x0: Annotated[
        int | None,
        meaning("Column of the pixel whose value is given, from the first of the region."),
    ] = None
    reference_pixel_y0: Annotated[
        int | None, meaning("Row of the pixel whose value is given, from the first of the region.")
    ] = None
    physical_delta_x: Annotated[
        float | None, meaning("From column to column.", "physical_units_x_direction")
    ] = None
    physical_delta_y: Annotated[
        float | None, meaning("From row to row.", "physical_units_y_direction")
    ] = None
    physical_units_x_direction: Annotated[int | None, meaning(_UNITS)] = None
    physical_units_y_direction: Annotated[int | None, meaning(_UNITS)] = None
    reference_pixel_physical_value_x: Annotated[
        float | None, meaning("Value of the reference pixel.", "physical_units_x_direction")
    ] = None
    reference_pixel_physical_value_y: Annotated[
        float | None, meaning("Value of the reference pixel.", "physical_units_y_direction")
    ] = None
    region_spatial_format: Annotated[
        int | None, meaning("1 2D, 2 M-mode, 3 spectral, 4 wave form, 5 graphics.")
    ] = None
    region_data_type: Annotated[
        int | None,
        meaning("1 tissue, 2 colour flow, 3 PW spectral Doppler, 4 CW spectral Doppler ..."),
    ] = None
    region_flags: Annotated[int | None, meaning("Bits (PS3.3 C.8.5.5.1.3).")] = None
    transducer_frequency: Annotated[int | None, meaning("Frequency.", "kHz")] = None


class UltrasoundEnhancedRegionModule(Answer, frozen=True):
    """The regions of an ultrasound image."""

    sequence_of_ultrasound_regions: Annotated[
        tuple[UltrasoundRegion, ...] | None, meaning("The regions, in order.")
    ] = None


class CalibrationModule(Answer, frozen=True):
    """What the pixels of an image measure, where a plane does not say it: ultrasound regions."""

    sequence_of_ultrasound_regions: Annotated[
        tuple[UltrasoundRegion, ...] | None, meaning("The regions, in order.")
    ] = None


ULTRASOUND_ENHANCED_REGION: Final = MetadataType(
    "ultrasoundEnhancedRegionModule", UltrasoundEnhancedRegionModule
)
CALIBRATION: Final = MetadataType("calibrationModule", CalibrationModule)
