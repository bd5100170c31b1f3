"""From slices to volumes: what the rules come to."""

from __future__ import annotations

from math import asin, degrees
from typing import TYPE_CHECKING, NamedTuple

from metaprov_modules import Matrix, Note, VolumeGap, VolumeGeometryModule

from .groups import Group, groups
from .lattice import intervals, lattice, typical_step
from .mosaic import tiles_in_a_row
from .notes import noted
from .stacks import stacks
from .vectors import Vector, along, cross, dot, length, unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metaprov_modules import VolumeGroup

    from .lattice import Interval, Lattice
    from .mosaic import Mosaic
    from .rules import Rules
    from .slices import Plane, Slice

__all__ = ["volumes_of"]

#: Slices are of one thickness where they differ by no more than this, relative.
_SAME_THICKNESS = 0.01


def volumes_of(slices: Iterable[Slice], rules: Rules) -> Iterator[VolumeGeometryModule]:
    """The volumes of some images, in an order that rests on their places alone."""
    flat: list[Slice] = []
    mosaics: list[Slice] = []
    for slice_ in slices:
        (flat if slice_.mosaic is None else mosaics).append(slice_)
    for stack in stacks(flat, rules):
        of_stack = groups(stack, rules)
        step = typical_step((group.stack.distances for group in of_stack), rules)
        most = max(len(group.stack.slices) for group in of_stack)
        for group in of_stack:
            yield _volume(group, step, most, rules)
    for stack in stacks(mosaics, rules):
        for group in groups(stack, rules):
            for slice_ in group.stack.slices:
                if slice_.mosaic is not None:
                    yield _volume_of_mosaic(slice_, slice_.mosaic, stack.normal, group.group)


class _Spacing(NamedTuple):
    """How the positions of a volume follow each other."""

    #: None for one position, and where they are not on a lattice.
    lattice: Lattice | None
    gaps: tuple[VolumeGap, ...]


def _volume(group: Group, step: float | None, most: int, rules: Rules) -> VolumeGeometryModule:
    stack = group.stack
    plane, slices = stack.plane, stack.slices
    # The place of the first slice of each position.
    firsts = _firsts(len(slices), group.repeated)
    spacing = _spacing(
        [slices[place] for place in firsts],
        [stack.distances[place] for place in firsts],
        step,
        rules,
    )
    on = spacing.lattice
    columns_apart, rows_apart = plane.spacing
    if on is None:
        origin, direction, between = slices[0].position, stack.normal, None
        indices, count, deviation = None, len(firsts), None
        off: tuple[str, ...] = ()
    else:
        origin, direction, between = on.origin, unit(on.step), length(on.step)
        by_position = dict(zip(firsts, on.indices, strict=True))
        indices = _filled(len(slices), by_position)
        count, deviation = on.indices[-1] + 1, max(on.deviations)
        off = tuple(slices[firsts[place]].image_id for place in on.off)
    affine = None if between is None else _affine(plane, origin, direction, between)
    # How far the step leans: the sine of its angle with the normal.
    sine = length(cross(direction, stack.normal))
    is_even = deviation is not None and between is not None and deviation <= rules.regular * between
    return VolumeGeometryModule(
        dimensions=(plane.columns, plane.rows, count),
        spacing=(columns_apart, rows_apart, between),
        origin=origin,
        direction=(*plane.row_cosines, *plane.column_cosines, *direction),
        affine_lps=affine,
        affine_ras=None if affine is None else _ras(affine),
        image_ids=tuple(each.image_id for each in slices),
        slice_indices=None if affine is None else indices,
        distances=tuple(stack.distances),
        regular=not group.repeated and not spacing.gaps and (is_even or len(slices) == 1),
        orthogonal=sine <= rules.tilt,
        tilt_degrees=degrees(asin(min(sine, 1.0))),
        max_deviation=deviation,
        gaps=spacing.gaps,
        duplicates=tuple(
            tuple(slices[place].image_id for place in places) for places in group.repeated
        ),
        off_lattice=off,
        group=group.group,
        frame_of_reference_uid=plane.frame_of_reference,
        notes=tuple(_notes(group, len(firsts), most, on)),
    )


def _firsts(count: int, repeated: Sequence[Sequence[int]]) -> list[int]:
    others = {place for places in repeated for place in places[1:]}
    return [place for place in range(count) if place not in others]


def _filled(count: int, by_place: dict[int, int]) -> tuple[int, ...]:
    """The index of each slice; one that repeats a position has that of the first there."""
    indices: list[int] = []
    for place in range(count):
        indices.append(by_place.get(place, indices[-1] if indices else 0))
    return tuple(indices)


def _spacing(
    slices: Sequence[Slice], distances: Sequence[float], step: float | None, rules: Rules
) -> _Spacing:
    """The lattice and the gaps of slices, one for each position."""
    if len(slices) == 1 or step is None:
        return _Spacing(None, ())
    between = intervals(distances, step)
    on = lattice([each.position for each in slices], [each.nearest for each in between], rules)
    if on is not None and not _take_their_places(between, on):
        on = None
    gaps = tuple(_gaps(slices, between, on_lattice=on is not None))
    if any(gap.missing is None for gap in gaps):
        on = None
    return _Spacing(on, gaps)


def _take_their_places(between: Sequence[Interval], on: Lattice) -> bool:
    """Whether what is beside the lattice explains each uneven interval.

    Then that begins or ends at a slice beside its own place, which no other slice has.
    """
    off = set(on.off)
    return not off or all(
        interval.nearest == 1 and not off.isdisjoint((place, place + 1))
        for place, interval in enumerate(between)
        if not interval.is_whole
    )


def _gaps(
    slices: Sequence[Slice], between: Sequence[Interval], *, on_lattice: bool
) -> Iterator[VolumeGap]:
    thickness = _thickness_of_step(slices, between)
    for place, interval in enumerate(between):
        before, after = slices[place], slices[place + 1]
        is_even = on_lattice or interval.is_whole
        if is_even and interval.nearest == 1:
            continue
        # Thicker slices are further apart, and none is missing between them.
        are_alike = all(_is_as_thick(each.thickness, thickness) for each in (before, after))
        missing = interval.nearest - 1 if is_even and are_alike else None
        yield VolumeGap(before.image_id, interval.distance, missing)


def _thickness_of_step(slices: Sequence[Slice], between: Sequence[Interval]) -> float | None:
    """How thick slices are that are one step apart."""
    ones = (place for place, interval in enumerate(between) if interval.nearest == 1)
    return slices[next(ones, 0)].thickness


def _is_as_thick(thickness: float | None, other: float | None) -> bool:
    if thickness is None or other is None:
        return True
    return abs(thickness - other) <= _SAME_THICKNESS * max(abs(thickness), abs(other))


def _affine(plane: Plane, origin: Vector, direction: Vector, between: float) -> Matrix:
    columns_apart, rows_apart = plane.spacing
    x, y, z = (
        (row * columns_apart, column * rows_apart, step * between, start)
        for row, column, step, start in zip(
            plane.row_cosines, plane.column_cosines, direction, origin, strict=True
        )
    )
    return (x, y, z, (0.0, 0.0, 0.0, 1.0))


def _ras(affine: Matrix) -> Matrix:
    """From LPS to RAS: the first two axes turned around."""
    x, y, z, last = affine
    return (_turned(x), _turned(y), z, last)


def _turned(row: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    # Not -0.0.
    return (0.0 - row[0], 0.0 - row[1], 0.0 - row[2], 0.0 - row[3])


def _notes(group: Group, positions: int, most: int, on: Lattice | None) -> Iterator[Note]:
    stack, slices = group.stack, group.stack.slices
    if stack.cosines_vary:
        yield noted("orientationVaries", difference=stack.cosines_vary)
    if group.group is not None:
        attribute = group.group.attribute
        if group.group.assumed:
            yield noted("groupsAssumed", attribute=attribute)
        if len(slices) < most:
            yield noted("otherGroupsHave", attribute=attribute, slices=len(slices), most=most)
    if group.repeated:
        images = sum(map(len, group.repeated))
        yield noted("positionsRepeated", images=images, positions=len(group.repeated))
    if positions == 1:
        yield noted("singleSlice")
    elif on is None:
        yield noted("slicesUneven")
    first = slices[0].rescale
    other = next((each.rescale for each in slices if each.rescale != first), first)
    if other != first:
        yield noted(
            "rescaleVaries",
            attribute="RescaleSlope/RescaleIntercept",
            what="rescale",
            first=_rescale(first),
            other=_rescale(other),
        )


def _rescale(rescale: tuple[float | None, float | None]) -> str:
    slope, intercept = rescale
    return f"{1.0 if slope is None else slope:.6g} x + {intercept or 0.0:.6g}"


def _first_tile(mosaic: Mosaic, plane: Plane, position: Vector) -> tuple[Vector, int, int]:
    """The center of the first pixel of the first tile, and its columns and rows.

    The position of a mosaic is that of one slice as large as the mosaic, with the same center: it
    is moved by half the difference of their sizes.
    """
    in_a_row = tiles_in_a_row(mosaic.tiles)
    between_columns, between_rows = plane.spacing
    # Of a mosaic that is no whole number of tiles, the share of one, as nibabel has it.
    share = (1 - 1 / in_a_row) / 2
    moved = along(position, plane.row_cosines, plane.columns * share * between_columns)
    moved = along(moved, plane.column_cosines, plane.rows * share * between_rows)
    return moved, plane.columns // in_a_row, plane.rows // in_a_row


def _volume_of_mosaic(
    slice_: Slice, mosaic: Mosaic, normal: Vector, group: VolumeGroup | None
) -> VolumeGeometryModule:
    """The volume of one image, whose tiles are its slices."""
    plane = slice_.plane
    origin, columns, rows = _first_tile(mosaic, plane, slice_.position)
    direction, between = mosaic.direction(normal), mosaic.spacing
    has_step = between is not None and mosaic.tiles > 1
    affine = _affine(plane, origin, direction, between or 0.0) if has_step else None
    start = dot(normal, origin)
    sign = dot(direction, normal)
    notes: list[Note] = []
    if mosaic.tiles == 1:
        notes.append(noted("singleSlice"))
    elif between is None:
        notes.append(noted("spacingMissing"))
    return VolumeGeometryModule(
        dimensions=(columns, rows, mosaic.tiles),
        spacing=(*plane.spacing, between if has_step else None),
        origin=origin,
        direction=(*plane.row_cosines, *plane.column_cosines, *direction),
        affine_lps=affine,
        affine_ras=None if affine is None else _ras(affine),
        image_ids=(slice_.image_id,),
        slice_indices=None if affine is None else tuple(range(mosaic.tiles)),
        distances=tuple(start + sign * (between or 0.0) * tile for tile in range(mosaic.tiles))
        if has_step
        else (start,),
        regular=has_step or mosaic.tiles == 1,
        orthogonal=True,
        tilt_degrees=0.0,
        max_deviation=0.0 if has_step else None,
        group=group,
        frame_of_reference_uid=plane.frame_of_reference,
        notes=tuple(notes),
    )
