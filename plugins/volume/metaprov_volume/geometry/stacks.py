"""Which images may be slices of one volume at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .vectors import Vector, cross, dot, unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .rules import Rules
    from .slices import Plane, Slice

__all__ = ["Stack", "stacks"]


class Stack(NamedTuple):
    """Parallel images of one grid, ascending along their normal."""

    plane: Plane
    #: row x column.
    normal: Vector
    slices: Sequence[Slice]
    #: Of each slice, along the normal.
    distances: Sequence[float]
    #: The largest difference of a cosine of theirs.
    cosines_vary: float

    def of(self, places: Iterable[int]) -> Stack:
        """Some of the slices, by their places, in the same order."""
        places = tuple(places)
        return self._replace(
            slices=[self.slices[place] for place in places],
            distances=[self.distances[place] for place in places],
        )


def stacks(slices: Iterable[Slice], rules: Rules) -> list[Stack]:
    """The images by frame of reference, size, spacing and orientation.

    Neither the images nor their order in a stack depend on the order in which they are given.
    """
    by_plane: dict[Plane, list[Slice]] = {}
    for slice_ in slices:
        by_plane.setdefault(slice_.plane, []).append(slice_)
    alike: list[list[Plane]] = []
    for plane in sorted(by_plane, key=_order):
        for planes in alike:
            if _is_alike(plane, planes[0], rules):
                planes.append(plane)
                break
        else:
            alike.append([plane])
    return [
        _stack(planes, [each for plane in planes for each in by_plane[plane]]) for planes in alike
    ]


def _order(plane: Plane) -> tuple[str, tuple[object, ...]]:
    return plane.frame_of_reference or "", plane[1:]


def _is_alike(plane: Plane, other: Plane, rules: Rules) -> bool:
    return (
        plane[:4] == other[:4]
        and all(
            abs(a - b) <= rules.pixel_spacing * b
            for a, b in zip(plane.spacing, other.spacing, strict=True)
        )
        and _difference(plane, other) <= rules.cosines
    )


def _difference(plane: Plane, other: Plane) -> float:
    cosines = (*plane.row_cosines, *plane.column_cosines)
    others = (*other.row_cosines, *other.column_cosines)
    return max(abs(a - b) for a, b in zip(cosines, others, strict=True))


def _stack(planes: Sequence[Plane], slices: list[Slice]) -> Stack:
    plane = planes[0]
    rows = unit(_mean([each.row_cosines for each in planes]))
    columns = unit(_mean([each.column_cosines for each in planes]))
    normal = unit(cross(rows, columns))
    placed = sorted(
        ((dot(normal, each.position), each) for each in slices),
        key=lambda item: (item[0], item[1].image_id),
    )
    return Stack(
        plane._replace(row_cosines=rows, column_cosines=columns),
        normal,
        [each for _, each in placed],
        [distance for distance, _ in placed],
        max(_difference(each, plane) for each in planes),
    )


def _mean(vectors: Sequence[Vector]) -> Vector:
    x, y, z = (sum(each) / len(vectors) for each in zip(*vectors, strict=True))
    return x, y, z
