"""What a user measured: Cornerstone's calibratedPixelSpacing."""

from __future__ import annotations

import math
from typing import Final

import msgspec

from metaprov_core import MetadataType

__all__ = ["CALIBRATION", "Calibration"]


class Calibration(msgspec.Struct, frozen=True, rename="camel"):
    """How far apart the pixels of an image are, in mm. Raises ValueError for what is no distance.

    A Cornerstone calibration without these two numbers (``scale`` or ``aspect`` alone) is none.
    """

    #: Between rows: along a column.
    row_pixel_spacing: float
    #: Between columns: along a row.
    column_pixel_spacing: float

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            spacing = getattr(self, name)
            if not (spacing > 0 and math.isfinite(spacing)):
                raise ValueError(f"{name} is {spacing}: it is a distance in mm, greater than 0")


CALIBRATION: Final = MetadataType("calibratedPixelSpacing", Calibration)
