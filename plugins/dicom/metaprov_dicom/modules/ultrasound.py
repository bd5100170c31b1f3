"""The regions of an ultrasound image: what their pixels measure (PS3.3 C.8.5.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from metaprov_modules import CalibrationModule, UltrasoundEnhancedRegionModule, UltrasoundRegion

from .table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .table import Derive

__all__ = ["derive_calibration", "derive_ultrasound_enhanced_region"]

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
)

_REGIONS = Table("SequenceOfUltrasoundRegions")

M = TypeVar("M")


def _of_regions(module: Callable[[tuple[UltrasoundRegion, ...]], M]) -> Derive[M]:
    def derive(instance: Mapping[str, Any], _frame: int) -> M | None:
        items = _REGIONS.read(instance).get("sequence_of_ultrasound_regions", ())
        regions = tuple(UltrasoundRegion(**_REGION.read(item)) for item in items)
        return module(regions) if regions else None

    return derive


derive_ultrasound_enhanced_region = _of_regions(UltrasoundEnhancedRegionModule)
derive_calibration = _of_regions(CalibrationModule)
