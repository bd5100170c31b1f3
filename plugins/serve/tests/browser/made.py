"""A series that is made, with what is known of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Made(NamedTuple):
    """The images of a series, and what their pixels are worth."""

    image_ids: list[str]
    #: In SUV, Gy or HU: slice, row, column.
    values: np.ndarray
    #: From column, row, slice to the patient, in mm.
    affine: np.ndarray

    def index_of(self, world: list[float]) -> np.ndarray:
        """Column, row and slice of a point, as fractions."""
        return (np.linalg.inv(self.affine) @ [*world, 1])[:3]

    def world_of(self, column: float, row: float, slice_: float = 0) -> list[float]:
        """The point of the patient that an index is."""
        return (self.affine @ [column, row, slice_, 1])[:3].tolist()
