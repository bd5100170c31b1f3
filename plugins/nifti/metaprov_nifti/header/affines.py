"""The matrices of a header: sform, qform and what Analyze 7.5 had, to mm and RAS (nifti1.h)."""

from __future__ import annotations

from math import isfinite, sqrt
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metaprov_modules import Matrix

__all__ = ["base_affine", "matrix_of", "qform", "sform"]

_Vector = tuple[float, float, float]

#: By version, how far from 1 the length of a quaternion may be: of float, and of double, as
#: nibabel has it.
_ROUNDED: Final = {1: 3 * 2.0**-23, 2: 3 * 2.0**-52}


def matrix_of(
    columns: Sequence[_Vector], translation: Sequence[float], scale: float = 1.0
) -> Matrix:
    """The matrix with three columns and a translation, each times ``scale``."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = columns
    x, y, z = translation
    return (
        (ax * scale, bx * scale, cx * scale, x * scale),
        (ay * scale, by * scale, cy * scale, y * scale),
        (az * scale, bz * scale, cz * scale, z * scale),
        (0.0, 0.0, 0.0, 1.0),
    )


def sform(fields: Mapping[str, Any], scale: float) -> Matrix | None:
    """The affine of sform; None where its code is 0, or it has what is no finite number."""
    rows = fields["srow"]
    if fields["sform_code"] <= 0 or not all(map(isfinite, rows)):
        return None
    return matrix_of([rows[axis::4] for axis in range(3)], rows[3::4], scale)


def qform(fields: Mapping[str, Any], scale: float, version: int) -> Matrix | None:
    """The rotation, spacing and offset of qform; None where its code is 0, or it is no rotation."""
    if fields["qform_code"] <= 0:
        return None
    b, c, d = fields["quatern"]
    rotation = _rotation(b, c, d, _ROUNDED[version])
    sign, *spacing = fields["pixdim"][:4]
    if rotation is None or not all(map(isfinite, (*spacing, *fields["qoffset"]))):
        return None
    steps = [abs(step) for step in spacing]
    if sign < 0:
        steps[2] = -steps[2]
    columns = [
        (x * step, y * step, z * step) for (x, y, z), step in zip(rotation, steps, strict=True)
    ]
    return matrix_of(columns, fields["qoffset"], scale)


def _rotation(b: float, c: float, d: float, rounded: float) -> tuple[_Vector, ...] | None:
    """The columns of the rotation of a quaternion, whose first number is not stored."""
    squared = 1.0 - (b * b + c * c + d * d)
    if not squared >= -rounded:
        return None
    a = 0.0 if squared < rounded else sqrt(squared)
    twice = 2.0 / (a * a + b * b + c * c + d * d)
    return (
        (1 - twice * (c * c + d * d), twice * (b * c + a * d), twice * (b * d - a * c)),
        (twice * (b * c - a * d), 1 - twice * (b * b + d * d), twice * (c * d + a * b)),
        (twice * (b * d + a * c), twice * (c * d - a * b), 1 - twice * (b * b + c * c)),
    )


def base_affine(fields: Mapping[str, Any], scale: float) -> Matrix | None:
    """The middle of the image at 0 and x to the left, as Analyze 7.5 was read.

    No form says so, and no answer rests on it. None where the spacing is no number.
    """
    spacing = fields["pixdim"][1:4]
    if not all(map(isfinite, spacing)):
        return None
    x, y, z = map(abs, spacing)
    columns = ((-x, 0.0, 0.0), (0.0, y, 0.0), (0.0, 0.0, z))
    middle = [(max(size, 1) - 1) / 2 for size in fields["dim"][1:4]]
    translation = (x * middle[0], -y * middle[1], -z * middle[2])
    return matrix_of(columns, translation, scale)
