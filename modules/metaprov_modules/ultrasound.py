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

    PS3.3 C.8.5.5. x is the column and y the row, counted from 0.
    """

    region_location_min_x0: Annotated[
        int | None, meaning("Its first column.", attribute="RegionLocationMinX0 (0018,6018)")
    ] = None
    region_location_min_y0: Annotated[
        int | None, meaning("Its first row.", attribute="RegionLocationMinY0 (0018,601A)")
    ] = None
    region_location_max_x1: Annotated[
        int | None, meaning("Its last column.", attribute="RegionLocationMaxX1 (0018,601C)")
    ] = None
    region_location_max_y1: Annotated[
        int | None, meaning("Its last row.", attribute="RegionLocationMaxY1 (0018,601E)")
    ] = None
    reference_pixel_x0: Annotated[
        int | None,
        meaning(
            "Column of the pixel whose value is given, from the first of the region.",
            attribute="ReferencePixelX0 (0018,6020)",
        ),
    ] = None
    reference_pixel_y0: Annotated[
        int | None,
        meaning(
            "Row of the pixel whose value is given, from the first of the region.",
            attribute="ReferencePixelY0 (0018,6022)",
        ),
    ] = None
    physical_delta_x: Annotated[
        float | None,
        meaning(
            "From column to column.",
            "physical_units_x_direction",
            attribute="PhysicalDeltaX (0018,602C)",
        ),
    ] = None
    physical_delta_y: Annotated[
        float | None,
        meaning(
            "From row to row.", "physical_units_y_direction", attribute="PhysicalDeltaY (0018,602E)"
        ),
    ] = None
    physical_units_x_direction: Annotated[
        int | None, meaning(_UNITS, attribute="PhysicalUnitsXDirection (0018,6024)")
    ] = None
    physical_units_y_direction: Annotated[
        int | None, meaning(_UNITS, attribute="PhysicalUnitsYDirection (0018,6026)")
    ] = None
    reference_pixel_physical_value_x: Annotated[
        float | None,
        meaning(
            "Value of the reference pixel.",
            "physical_units_x_direction",
            attribute="ReferencePixelPhysicalValueX (0018,6028)",
        ),
    ] = None
    reference_pixel_physical_value_y: Annotated[
        float | None,
        meaning(
            "Value of the reference pixel.",
            "physical_units_y_direction",
            attribute="ReferencePixelPhysicalValueY (0018,602A)",
        ),
    ] = None
    region_spatial_format: Annotated[
        int | None,
        meaning(
            "1 2D, 2 M-mode, 3 spectral, 4 wave form, 5 graphics.",
            attribute="RegionSpatialFormat (0018,6012)",
        ),
    ] = None
    region_data_type: Annotated[
        int | None,
        meaning(
            "1 tissue, 2 colour flow, 3 PW spectral Doppler, 4 CW spectral Doppler ...",
            attribute="RegionDataType (0018,6014)",
        ),
    ] = None
    region_flags: Annotated[
        int | None, meaning("Bits (PS3.3 C.8.5.5.1.3).", attribute="RegionFlags (0018,6016)")
    ] = None
    transducer_frequency: Annotated[
        int | None, meaning("Frequency.", "kHz", attribute="TransducerFrequency (0018,6030)")
    ] = None


class UltrasoundEnhancedRegionModule(Answer, frozen=True):
    """The regions of an ultrasound image (PS3.3 C.8.5.5)."""

    sequence_of_ultrasound_regions: Annotated[
        tuple[UltrasoundRegion, ...] | None,
        meaning("The regions, in order.", attribute="SequenceOfUltrasoundRegions (0018,6011)"),
    ] = None


class CalibrationModule(Answer, frozen=True):
    """What pixels measure where a plane does not say it: ultrasound regions (PS3.3 C.8.5.5)."""

    sequence_of_ultrasound_regions: Annotated[
        tuple[UltrasoundRegion, ...] | None,
        meaning("The regions, in order.", attribute="SequenceOfUltrasoundRegions (0018,6011)"),
    ] = None


ULTRASOUND_ENHANCED_REGION: Final = MetadataType(
    "ultrasoundEnhancedRegionModule", UltrasoundEnhancedRegionModule
)
CALIBRATION: Final = MetadataType("calibrationModule", CalibrationModule)
