"""Which form of a header counts, and what is to be known of it."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from metaprov_nifti.notes import noted

from .vectors import Vector, cross, dot, unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metaprov_modules import Matrix, Note
    from metaprov_nifti.header.header import NiftiHeader

__all__ = ["ChosenForm", "Form", "axes_of", "chosen_form"]

Form = Literal["sform", "qform"]

#: Forms that lead no voxel so far apart, in mm, are one.
_SAME: Final = 1e-3
#: A cosine between two axes may be so far from 0.
_RIGHT_ANGLE: Final = 1e-4


class ChosenForm(NamedTuple):
    """The affine that counts, from indices (column, row, slice) to mm in RAS."""

    #: None where the header does not say where the image lies.
    affine: Matrix | None
    notes: tuple[Note, ...]


def chosen_form(header: NiftiHeader, prefer: Form) -> ChosenForm:
    """The form preferred if it has a code, else the other one if it has one."""
    notes = () if header.space_unit else (noted("unitAssumed"),)
    coded = [each for each in _ordered(prefer) if getattr(header, f"{each}_code") > 0]
    if not coded:
        return ChosenForm(None, (noted("noForm"), *notes))
    form = coded[0]
    affine: Matrix | None = getattr(header, form)
    if affine is None or not _has_axes(affine, header.dim):
        return ChosenForm(None, (noted("formUnusable", form=form), *notes))
    return ChosenForm(affine, (*_doubts(header, form, affine), *notes))


def _ordered(prefer: Form) -> tuple[Form, Form]:
    return ("qform", "sform") if prefer == "qform" else ("sform", "qform")


def _has_axes(affine: Matrix, dim: tuple[int, ...]) -> bool:
    """Whether rows and columns span a plane, and slices, if there are several, leave it."""
    columns, rows, slices, _ = axes_of(affine)
    normal = cross(columns, rows)
    return any(normal) and (dot(normal, slices) != 0 or dim[2] == 1)


def _doubts(header: NiftiHeader, form: Form, affine: Matrix) -> Iterator[Note]:
    if header.sform is not None and header.qform is not None:
        distance = _apart(header.sform, header.qform, header.dim)
        if distance > _SAME:
            yield noted("formsDiffer", distance=distance, chosen=form)
    axes = [unit(axis) for axis in axes_of(affine)[:3] if any(axis)]
    if any(
        abs(dot(one, other)) > _RIGHT_ANGLE
        for place, one in enumerate(axes)
        for other in axes[:place]
    ):
        yield noted("axesSheared", form=form)


def _apart(one: Matrix, other: Matrix, dim: tuple[int, ...]) -> float:
    """How far two affines lead the corner apart that they lead apart the most, in mm."""
    columns, rows, slices = dim[0] - 1, dim[1] - 1, dim[2] - 1
    apart = [
        (a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3])
        for a, b in zip(one[:3], other[:3], strict=True)
    ]
    # Of most files both say the same, and no corner can be further than all of this together.
    most = sum(
        abs(x) * columns + abs(y) * rows + abs(z) * slices + abs(start) for x, y, z, start in apart
    )
    if most <= _SAME:
        return most
    return max(
        hypot(*(x * i + y * j + z * k + start for x, y, z, start in apart))
        for i in (0, columns)
        for j in (0, rows)
        for k in (0, slices)
    )


def axes_of(affine: Matrix) -> tuple[Vector, Vector, Vector, Vector]:
    """What one step along columns, rows and slices is, and where the first voxel is."""
    columns, rows, slices, start = zip(*affine[:3], strict=True)
    return columns, rows, slices, start
