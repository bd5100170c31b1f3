"""What a pixel measures where the regions of an image say it (PS3.3 C.8.5.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from metaprov_modules import (
        CalibratedPixelSpacing,
        CalibrationModule,
        UltrasoundEnhancedRegionModule,
        UltrasoundRegion,
    )

__all__ = ["PixelSize", "pixel_size_at"]

#: PS3.3 C.8.5.5.1.15.
_UNITS: Final = {
    1: "percent",
    2: "dB",
    3: "cm",
    4: "seconds",
    5: "hertz",
    6: "dB/seconds",
    7: "cm/sec",
    8: "cm2",
    9: "cm2/sec",
    10: "cm3",
    11: "cm3/sec",
    12: "degrees",
}
#: Tissue, colour flow, and both kinds of spectral Doppler.
_MEASURED: Final = range(1, 5)
#: Units along x and y of what is measured, whatever its kind: seconds by cm, and by cm/sec.
_MEASURED_UNITS: Final = {(4, 3), (4, 7)}


class PixelSize(NamedTuple):
    """What a step of one pixel measures in a region."""

    #: From column to column.
    x: float
    #: From row to row.
    y: float
    #: Of both: "cm", "seconds", "cm/sec" ...
    unit: str


def pixel_size_at(
    module: CalibrationModule | UltrasoundEnhancedRegionModule | CalibratedPixelSpacing,
    x: float,
    y: float,
) -> PixelSize | None:
    """What a pixel measures at column ``x`` and row ``y``, counted from 0.

    By the first region that has the point and is measured: one of tissue, flow or spectra. None
    where there is no such region, and where it measures x and y in different units, so that there
    are no lengths in it. A length between two points is one of a region where both lie in it. As in
    Cornerstone (getCalibratedUnits.ts).
    """
    for region in module.sequence_of_ultrasound_regions or ():
        if _has(region, x, y) and _is_measured(region):
            return _size(region)
    return None


def _has(region: UltrasoundRegion, x: float, y: float) -> bool:
    x0, x1 = region.region_location_min_x0, region.region_location_max_x1
    y0, y1 = region.region_location_min_y0, region.region_location_max_y1
    if x0 is None or x1 is None or y0 is None or y1 is None:
        return False
    return x0 <= x <= x1 and y0 <= y <= y1


def _is_measured(region: UltrasoundRegion) -> bool:
    units = region.physical_units_x_direction, region.physical_units_y_direction
    return region.region_data_type in _MEASURED or units in _MEASURED_UNITS


def _size(region: UltrasoundRegion) -> PixelSize | None:
    code = region.physical_units_x_direction
    unit = None if code is None else _UNITS.get(code)
    x, y = region.physical_delta_x, region.physical_delta_y
    if unit is None or code != region.physical_units_y_direction or not x or not y:
        return None
    return PixelSize(abs(x), abs(y), unit)
