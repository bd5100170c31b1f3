"""Where slices stand on an even lattice, and which do not."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple

from .vectors import Vector, along, difference, length

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .rules import Rules

__all__ = ["Interval", "Lattice", "intervals", "lattice", "typical_step"]

#: A distance is so many steps: its error in terms of itself, and at most of one step.
_WHOLE = 0.01
_LARGEST_ERROR = 0.1
#: Positions that are this close to the line through the first and the last one are on it, mm.
_EXACT = 1e-6
#: Of how many slices the pairs are tried as the line that the others lie on.
_TRIED = 16


class Interval(NamedTuple):
    """The way from one position to the next one."""

    #: Along the normal, mm.
    distance: float
    #: The nearest whole number of steps, at least one.
    nearest: int
    #: Whether it is that many of them.
    is_whole: bool


class Lattice(NamedTuple):
    """An even lattice through positions."""

    origin: Vector
    step: Vector
    #: The place of each position on it.
    indices: Sequence[int]
    #: How far each position is from its place, mm.
    deviations: Sequence[float]
    #: Which positions are beside it.
    off: Sequence[int]


def typical_step(groups: Iterable[Sequence[float]], rules: Rules) -> float | None:
    """The lower median of the steps between neighbours, of all groups; None where there is none."""
    steps = sorted(
        b - a for distances in groups for a, b in pairwise(distances) if b - a > rules.position
    )
    return steps[(len(steps) - 1) // 2] if steps else None


def intervals(distances: Sequence[float], step: float) -> list[Interval]:
    """How many steps it is from each position to the next one."""
    return [_interval(b - a, step) for a, b in pairwise(distances)]


def _interval(distance: float, step: float) -> Interval:
    steps = max(round(distance / step), 1)
    error = abs(distance - steps * step)
    return Interval(distance, steps, error <= min(_WHOLE * steps, _LARGEST_ERROR) * step)


def lattice(positions: Sequence[Vector], steps: Sequence[int], rules: Rules) -> Lattice | None:
    """The lattice that positions stand on, with so many steps between them.

    Single positions may be beside it. None where most are, or where so few are left that any two
    of them would have a lattice of their own.
    """
    indices = [0]
    for count in steps:
        indices.append(indices[-1] + count)
    start, end = positions[0], positions[-1]
    step = _slope(start, end, indices[-1])
    deviations = _deviations(positions, indices, start, step)
    if max(deviations) <= _EXACT:
        return Lattice(start, step, indices, deviations, ())
    everywhere = range(len(positions))
    origin, step = _least_squares(positions, indices, everywhere)
    deviations = _deviations(positions, indices, origin, step)
    if max(deviations) <= rules.regular * length(step):
        return Lattice(origin, step, indices, deviations, ())
    on = _most_on_a_line(positions, indices, rules)
    if len(on) < 3 or 2 * len(on) <= len(positions):
        return None
    origin, step = _least_squares(positions, indices, on)
    deviations = _deviations(positions, indices, origin, step)
    limit = rules.regular * length(step)
    off = [place for place in everywhere if deviations[place] > limit]
    # The first voxel is that of the first slice, be it beside the lattice.
    return Lattice(origin, step, indices, deviations, off)


def _slope(a: Vector, b: Vector, steps: int) -> Vector:
    x, y, z = difference(b, a)
    return (x / steps, y / steps, z / steps)


def _deviations(
    positions: Sequence[Vector], indices: Sequence[int], origin: Vector, step: Vector
) -> list[float]:
    (ox, oy, oz), (sx, sy, sz) = origin, step
    return [
        ((x - ox - k * sx) ** 2 + (y - oy - k * sy) ** 2 + (z - oz - k * sz) ** 2) ** 0.5
        for (x, y, z), k in zip(positions, indices, strict=True)
    ]


def _least_squares(
    positions: Sequence[Vector], indices: Sequence[int], places: Sequence[int]
) -> tuple[Vector, Vector]:
    """The line through the positions at some places: where index 0 is, and the step."""
    count = len(places)
    mean = sum(indices[place] for place in places) / count
    spread = sum((indices[place] - mean) ** 2 for place in places)
    center, step = [], []
    for axis in range(3):
        middle = sum(positions[place][axis] for place in places) / count
        moment = sum(
            (indices[place] - mean) * (positions[place][axis] - middle) for place in places
        )
        center.append(middle)
        step.append(moment / spread)
    slope = (step[0], step[1], step[2])
    return along((center[0], center[1], center[2]), slope, -mean), slope


def _most_on_a_line(positions: Sequence[Vector], indices: Sequence[int], rules: Rules) -> list[int]:
    """The places of the positions on the line, through two of them, that has the most."""
    count = len(positions)
    tried = sorted(
        {place * (count - 1) // (min(count, _TRIED) - 1) for place in range(_TRIED)}
        & set(range(count))
    )
    best: list[int] = []
    for a, b in combinations(tried, 2):
        step = _slope(positions[a], positions[b], indices[b] - indices[a])
        origin = along(positions[a], step, -indices[a])
        limit = rules.regular * length(step)
        deviations = _deviations(positions, indices, origin, step)
        on = [place for place in range(count) if deviations[place] <= limit]
        if len(on) > len(best):
            best = on
    return best
