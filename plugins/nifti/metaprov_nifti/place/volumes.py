"""The volumes of a file: one a time point, as `metaprov_modules.VolumeGeometryModule`."""

from __future__ import annotations

from itertools import product
from math import asin, degrees, hypot, isfinite, prod
from typing import TYPE_CHECKING, Any, Final

from metaprov_modules import VolumeGeometryModule, VolumeGroup
from metaprov_nifti.header.affines import matrix_of
from metaprov_nifti.header.units import MILLISECONDS

from .vectors import dot, negative, unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_modules import Matrix, Note
    from metaprov_nifti.header.header import NiftiHeader

    from .lattice import Lattice

__all__ = ["volumes_of"]

#: The largest sine of the angle between step and normal, and cosine of that between rows and
#: columns, of a stack that is orthogonal.
_SHEARED: Final = 1e-3


def volumes_of(
    header: NiftiHeader, lattice: Lattice, image_ids: Sequence[str], notes: tuple[Note, ...]
) -> tuple[VolumeGeometryModule, ...]:
    """The volumes, with the ids of all frames given."""
    slices = header.dim[2]
    shared = _geometry(header, lattice)
    groups = list(_groups(header))
    order = slice(None, None, -1 if lattice.is_descending else 1)
    return tuple(
        VolumeGeometryModule(
            **shared,
            image_ids=tuple(image_ids[index * slices : (index + 1) * slices][order]),
            group=group,
            notes=notes,
        )
        for index, group in enumerate(groups)
    )


def _geometry(header: NiftiHeader, lattice: Lattice) -> dict[str, Any]:
    """What all volumes share; their slices ascend along the normal, whatever the file has."""
    slices = header.dim[2]
    through, origin = lattice.through, lattice.start
    if lattice.is_descending:
        origin = lattice.position(slices - 1)
        through = negative(through)
    normal, step = lattice.normal, unit(through)
    positions = [dot(lattice.position(each), normal) for each in range(slices)]
    cosine = min(dot(step, normal), 1.0)
    sine = hypot(*(a - cosine * b for a, b in zip(step, normal, strict=True)))
    has_step = any(through)
    affine = matrix_of((lattice.across, lattice.down, through), origin) if has_step else None
    return {
        "dimensions": header.dim[:3],
        "spacing": lattice.spacing,
        "origin": origin,
        "direction": (*unit(lattice.across), *unit(lattice.down), *(step if has_step else normal)),
        "affine_lps": affine,
        "affine_ras": None if affine is None else _ras(affine),
        "slice_indices": tuple(range(slices)) if has_step else None,
        "distances": tuple(sorted(positions)),
        "regular": True,
        "orthogonal": sine <= _SHEARED
        and abs(dot(unit(lattice.across), unit(lattice.down))) <= _SHEARED,
        "tilt_degrees": degrees(asin(min(sine, 1.0))),
        "max_deviation": 0.0 if slices > 1 else None,
    }


def _ras(affine_lps: Matrix) -> Matrix:
    x, y, z, last = affine_lps
    return (negative(x), negative(y), z, last)


def _groups(header: NiftiHeader) -> Iterator[VolumeGroup | None]:
    """What sets each volume apart: its place on the axes behind the third, the fourth first."""
    axes = [(f"dim{number}", size) for number, size in enumerate(header.dim[3:], 4) if size > 1]
    if not axes:
        yield None
        return
    attribute = "/".join(name for name, _ in axes)
    count = prod(size for _, size in axes)
    # The axis that comes first runs fastest.
    for index, places in enumerate(product(*(range(size) for _, size in reversed(axes)))):
        values = tuple(
            _milliseconds(header, place) if name == "dim4" else place + 1
            for (name, _), place in zip(axes, reversed(places), strict=True)
        )
        yield VolumeGroup(attribute, values[0] if len(values) == 1 else values, index, count)


def _milliseconds(header: NiftiHeader, place: int) -> float | None:
    """The time of a place on the fourth axis; None where it is no time, or has no step."""
    scale = MILLISECONDS.get(header.time_unit or "")
    step = header.pixdim[4]
    if not scale or not step > 0 or not isfinite(header.toffset + step):
        return None
    return (header.toffset + place * step) * scale
