"""What users give as a calibration: Cornerstone's names, or Python's, and numbers that can be."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from metaprov_modules import CALIBRATED_PIXEL_SPACING, CalibratedPixelSpacing, answer_of

__all__ = ["calibration_of"]

#: What divides or multiplies: neither 0 nor infinite.
_FACTORS: Final = ("row_pixel_spacing", "column_pixel_spacing", "scale", "aspect")


def calibration_of(value: Any) -> CalibratedPixelSpacing:
    """The calibration that a mapping or a `CalibratedPixelSpacing` stands for.

    Raises ValueError for a spacing, scale or aspect that is not a finite number greater than 0, for
    a name that is no field and for a value of another type; TypeError for what has no fields.
    """
    if isinstance(value, CalibratedPixelSpacing):
        # Made in Python, where nothing looked at the types of its fields.
        value = msgspec.to_builtins(value)
    calibration = answer_of(CALIBRATED_PIXEL_SPACING, value)
    if not isinstance(calibration, CalibratedPixelSpacing):
        raise TypeError(
            "calibratedPixelSpacing is a CalibratedPixelSpacing, or a mapping with its fields; "
            f"not a {type(value).__name__}"
        )
    for name in _FACTORS:
        number = getattr(calibration, name)
        # NaN is in no range.
        if number is not None and not 0 < number < float("inf"):
            raise ValueError(f"{name} is {number:g}: it is a finite number greater than 0")
    return calibration
