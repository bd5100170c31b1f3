"""The units of a header: xyzt_units, three bits for space and three for time (nifti1.h)."""

from __future__ import annotations

from typing import Final

__all__ = ["MILLIMETRES", "MILLISECONDS", "space_unit", "time_unit"]

_SPACE: Final = {1: "meter", 2: "mm", 3: "micron"}
_TIME: Final = {8: "sec", 16: "msec", 24: "usec", 32: "hz", 40: "ppm", 48: "rads"}

#: How many mm a unit of length is.
MILLIMETRES: Final = {"meter": 1000.0, "mm": 1.0, "micron": 0.001}
#: How many ms a unit of time is; frequencies and chemical shifts are no times.
MILLISECONDS: Final = {"sec": 1000.0, "msec": 1.0, "usec": 0.001}


def space_unit(xyzt_units: int) -> str | None:
    """The unit of the first three axes; None where it is not said."""
    return _SPACE.get(xyzt_units & 0x07)


def time_unit(xyzt_units: int) -> str | None:
    """The unit of the fourth axis; None where it is not said."""
    return _TIME.get(xyzt_units & 0x38)
