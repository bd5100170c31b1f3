"""What the phantom of ``metaprov demo`` is made of.

A cylinder of water with a warm sphere, a rod of bone and a hollow in it, 256 mm across. The tracer
was given one half-life before the scan, so that the factor to SUV is known: 70 kg * 1000 / (370 MBq
/ 2).
"""

from __future__ import annotations

from math import hypot
from typing import Final, NamedTuple

__all__ = [
    "DOSE_BQ",
    "FIELD_OF_VIEW",
    "HALF_LIFE_S",
    "SIZE_M",
    "SLICES",
    "SPACING",
    "SUV_FACTOR",
    "WEIGHT_KG",
    "Matter",
    "matter_at",
]

#: In mm.
FIELD_OF_VIEW: Final = 256.0
SLICES: Final = 5
#: Between slices, in mm.
SPACING: Final = 4.0

WEIGHT_KG: Final = 70.0
SIZE_M: Final = 1.65
DOSE_BQ: Final = 370e6
#: Of F-18.
HALF_LIFE_S: Final = 6586.2
#: From Bq/ml to SUV by body weight, in g/ml.
SUV_FACTOR: Final = WEIGHT_KG * 1000 / (DOSE_BQ / 2)


class Matter(NamedTuple):
    """What something is to each modality."""

    hu: int
    suv: float
    #: As bright as it is to MR, which has no unit.
    signal: int


_AIR: Final = Matter(-1000, 0, 0)
_WATER: Final = Matter(0, 1, 400)
_SPHERE: Final = Matter(60, 4, 900)
_BONE: Final = Matter(800, 0.5, 50)
_HOLLOW: Final = Matter(-800, 0.2, 20)


def matter_at(x: float, y: float, z: float) -> Matter:
    """What is so many mm from the middle, to the left, the back and the head."""
    if hypot(x, y) >= 100:
        return _AIR
    if hypot(x, y, z) < 20:
        return _SPHERE
    if hypot(x - 60, y) < 15:
        return _BONE
    if hypot(x + 60, y) < 25:
        return _HOLLOW
    return _WATER
