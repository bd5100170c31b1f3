"""What the rules are about: slices with their place in the patient."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .vectors import Vector, dot, length

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_modules import ImagePlaneModule

    from .mosaic import Mosaic
    from .rules import Rules

__all__ = ["Plane", "Slice", "grid_of", "position_of"]

#: No patient is so far away, mm.
_FARTHEST: Final = 1e7


class Plane(NamedTuple):
    """What is the same for all images of a stack, as far as tolerances tell."""

    frame_of_reference: str | None
    columns: int
    rows: int
    samples: int
    #: Between columns, and between rows.
    spacing: tuple[float, float]
    row_cosines: Vector
    column_cosines: Vector


class Slice(NamedTuple):
    """One image, or one frame, that has a place."""

    image_id: str
    plane: Plane
    #: Center of the first pixel.
    position: Vector
    thickness: float | None
    #: RescaleSlope and RescaleIntercept.
    rescale: tuple[float | None, float | None]
    #: Its tiles, where it is one image of many slices.
    mosaic: Mosaic | None
    #: Its attributes by keyword, asked for where a position repeats.
    attributes: Mapping[str, Any]


def grid_of(module: ImagePlaneModule, samples: int, rules: Rules) -> Plane | str:
    """The grid of an image, or what it lacks."""
    rows, columns = _vector(module.row_cosines), _vector(module.column_cosines)
    spacing = module.pixel_spacing
    if rows is None or columns is None or not _are_cosines(rows, columns, rules.cosine_errors):
        return "ImageOrientationPatient (0020,0037)"
    if spacing is None or len(spacing) != 2 or not all(0 < each < inf for each in spacing):
        return "PixelSpacing (0028,0030)"
    if not module.columns or not module.rows:
        return "Rows (0028,0010) and Columns (0028,0011)"
    between_rows, between_columns = spacing
    return Plane(
        module.frame_of_reference_uid,
        module.columns,
        module.rows,
        samples,
        (between_columns, between_rows),
        rows,
        columns,
    )


def position_of(module: ImagePlaneModule) -> Vector | str:
    """The center of the first pixel of an image, or what it lacks."""
    position = _vector(module.image_position_patient)
    if position is None or max(map(abs, position)) > _FARTHEST:
        return "ImagePositionPatient (0020,0032)"
    return position


def _vector(values: tuple[float, ...] | None) -> Vector | None:
    if values is None or len(values) != 3 or not all(map(isfinite, values)):
        return None
    return values


def _are_cosines(rows: Vector, columns: Vector, error: float) -> bool:
    """Whether these are two directions at a right angle (PS3.3 C.7.6.2.1.1)."""
    return (
        abs(length(rows) - 1) <= error
        and abs(length(columns) - 1) <= error
        and abs(dot(rows, columns)) <= error
    )
