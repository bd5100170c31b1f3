"""What was applied to the stored values of a slice."""

from typing import NamedTuple

__all__ = ["SliceScaling"]


class SliceScaling(NamedTuple):
    """``(stored * slope + intercept) * factor``, each None where it was not applied."""

    image_id: str
    slope: float | None = None
    intercept: float | None = None
    factor: float | None = None
