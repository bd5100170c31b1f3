"""Values of the modality as grey of eight bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .windows import Window, first_window, windowed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from metaprov_modules import Lut, VoiLutModule

__all__ = ["grey_levels"]


def grey_levels(
    values: NDArray[Any],
    voi: VoiLutModule | None,
    window: Window | None = None,
    *,
    inverted: bool = False,
) -> NDArray[np.uint8]:
    """Floats of any shape as 0 to 255; NaN, which is no image, is black.

    By ``window``; else by the first VOI LUT, the first window, or from the smallest value, black,
    to the largest, white. ``inverted`` is for MONOCHROME1, whose lowest values are white.
    """
    if window is None and voi is not None and voi.voi_lut_sequence:
        grey = _looked_up(values, voi.voi_lut_sequence[0])
    elif (chosen := window or first_window(voi)) is not None:
        grey = windowed(values, chosen)
    else:
        grey = _from_smallest_to_largest(values)
    if inverted:
        np.subtract(1, grey, out=grey)
    grey *= 255
    np.rint(grey, out=grey)
    np.nan_to_num(grey, copy=False, nan=0.0)
    return grey.astype(np.uint8)


def _looked_up(values: NDArray[Any], table: Lut) -> NDArray[Any]:
    """From 0 to 1; values beyond the table have its first or last entry (PS3.3 C.11.2.1.1)."""
    entries = np.asarray(table.lut, np.float64) / ((1 << table.num_bits_per_entry) - 1)
    np.clip(entries, 0, 1, out=entries)
    outside = np.isnan(values)
    places = np.where(outside, 0, values) - table.first_value_mapped
    np.clip(np.rint(places, out=places), 0, len(entries) - 1, out=places)
    grey = entries[places.astype(np.intp)]
    grey[outside] = np.nan
    return grey


def _from_smallest_to_largest(values: NDArray[Any]) -> NDArray[Any]:
    """From 0 to 1; where all values are alike, black."""
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
    if low == high:
        return np.where(np.isnan(values), np.nan, 0.0)
    return windowed(values, Window(float(low + high) / 2, float(high - low), "LINEAR_EXACT"))
