"""The regions of an ultrasound image: what their pixels measure (PS3.3 C.8.5.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from metaprov_core import MetadataType

from .table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .table import Derive

__all__ = [
    "CALIBRATION",
    "ULTRASOUND_ENHANCED_REGION",
    "CalibrationModule",
    "UltrasoundEnhancedRegionModule",
    "UltrasoundRegion",
    "derive_calibration",
    "derive_ultrasound_enhanced_region",
]

_REGION = Table(
    "RegionLocationMinX0",
    "RegionLocationMinY0",
    "RegionLocationMaxX1",
    "RegionLocationMaxY1",
    "ReferencePixelX0",
    "ReferencePixelY0",
    "PhysicalDeltaX",
    "PhysicalDeltaY",
    "PhysicalUnitsXDirection",
    "PhysicalUnitsYDirection",
    "ReferencePixelPhysicalValueX",
    "ReferencePixelPhysicalValueY",
    "RegionSpatialFormat",
    "RegionDataType",
    "RegionFlags",
    "TransducerFrequency",
    json={
        "ReferencePixelPhysicalValueX": "referencePhysicalPixelValueX",
        "ReferencePixelPhysicalValueY": "referencePhysicalPixelValueY",
    },
)


class UltrasoundRegion(msgspec.Struct, frozen=True, gc=False, rename=_REGION.json_name):
    """One region: where it is in the image, and what a step from pixel to pixel measures.

    x is the column and y the row, counted from 0.
    """

    region_location_min_x0: int | None = None
    region_location_min_y0: int | None = None
    region_location_max_x1: int | None = None
    region_location_max_y1: int | None = None
    #: The pixel whose physical value is given, relative to the first one of the region.
    reference_pixel_x0: int | None = None
    reference_pixel_y0: int | None = None
    #: From pixel to pixel, in the physical units.
    physical_delta_x: float | None = None
    physical_delta_y: float | None = None
    #: 0 none, 1 percent, 2 dB, 3 cm, 4 seconds, 5 hertz, 6 dB/seconds, 7 cm/sec, 8 cm2, 9 cm2/sec,
    #: 10 cm3, 11 cm3/sec, 12 degrees.
    physical_units_x_direction: int | None = None
    physical_units_y_direction: int | None = None
    reference_pixel_physical_value_x: float | None = None
    reference_pixel_physical_value_y: float | None = None
    #: 1 2D, 2 M-mode, 3 spectral, 4 wave form, 5 graphics.
    region_spatial_format: int | None = None
    #: 1 tissue, 2 colour flow, 3 PW spectral Doppler, 4 CW spectral Doppler ...
    region_data_type: int | None = None
    region_flags: int | None = None
    #: In kHz.
    transducer_frequency: int | None = None


_REGIONS = Table("SequenceOfUltrasoundRegions")


class UltrasoundEnhancedRegionModule(
    msgspec.Struct, frozen=True, gc=False, rename=_REGIONS.json_name
):
    """The regions of an ultrasound image."""

    sequence_of_ultrasound_regions: tuple[UltrasoundRegion, ...] | None = None


class CalibrationModule(msgspec.Struct, frozen=True, gc=False, rename=_REGIONS.json_name):
    """What the pixels of an image measure, where a plane does not say it: ultrasound regions."""

    sequence_of_ultrasound_regions: tuple[UltrasoundRegion, ...] | None = None


ULTRASOUND_ENHANCED_REGION: Final = MetadataType(
    "ultrasoundEnhancedRegionModule", UltrasoundEnhancedRegionModule
)
CALIBRATION: Final = MetadataType("calibrationModule", CalibrationModule)

M = TypeVar("M")


def _of_regions(module: Callable[[tuple[UltrasoundRegion, ...]], M]) -> Derive[M]:
    def derive(instance: Mapping[str, Any], _frame: int) -> M | None:
        items = _REGIONS.read(instance).get("sequence_of_ultrasound_regions", ())
        regions = tuple(UltrasoundRegion(**_REGION.read(item)) for item in items)
        return module(regions) if regions else None

    return derive


derive_ultrasound_enhanced_region = _of_regions(UltrasoundEnhancedRegionModule)
derive_calibration = _of_regions(CalibrationModule)
