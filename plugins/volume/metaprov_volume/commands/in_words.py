"""A volume in words: its size, its group, and what is the matter with it."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from metaprov_modules import VolumeGap, VolumeGeometryModule

__all__ = ["defects_in_short", "defects_of", "group_of", "remarks_of", "size_of", "spacing_of"]

#: How many images, and how many defects of a kind, are named.
_NAMED: Final = 8
#: Slices nearer than this are at one position, in mm.
_SAME: Final = 0.01


def size_of(volume: VolumeGeometryModule) -> str:
    """Columns, rows and slices of the lattice."""
    return "x".join(map(str, volume.dimensions))


def spacing_of(volume: VolumeGeometryModule) -> str:
    """Between columns, rows and slices, in mm; ``?`` where it is not known, or not even."""
    return "x".join("?" if each is None else f"{each:.3g}" for each in volume.spacing)


def group_of(volume: VolumeGeometryModule) -> str:
    """What sets it apart from volumes at the same place, and which of them it is."""
    group = volume.group
    if group is None:
        return ""
    values = group.value if isinstance(group.value, tuple) else (group.value,)
    value = "/".join(map(_value, values))
    place = f"{group.index + 1} of {group.count}"
    return f"{group.attribute} {value} ({place}{', assumed' if group.assumed else ''})"


def defects_of(volume: VolumeGeometryModule, short: Callable[[str], str]) -> Iterator[str]:
    """A sentence a defect, with the images that it is about."""
    step = _step(volume)
    yield from _some([_gap(gap, step, short) for gap in volume.gaps], "gaps")
    yield from _some(
        [f"{len(ids)} images at one position: {_names(ids, short)}" for ids in volume.duplicates],
        "positions with several images",
    )
    if volume.off_lattice:
        yield f"beside the lattice{_deviation(volume)}: {_names(volume.off_lattice, short)}"
    elif not (volume.regular or volume.gaps or volume.duplicates):
        yield f"not regular: slices are beside their places{_deviation(volume)}"


def remarks_of(volume: VolumeGeometryModule) -> Iterator[str]:
    """What is to know of a volume beside its defects: its tilt, and its notes."""
    if not volume.orthogonal:
        yield f"tilt {volume.tilt_degrees:.1f} degrees"
    for note in volume.notes:
        yield f"{note.severity}: {note.sentence} [{note.code}]"


def defects_in_short(volume: VolumeGeometryModule) -> Iterator[str]:
    """A few words a defect."""
    missing = sum(gap.missing or 0 for gap in volume.gaps)
    if missing:
        yield f"{missing} slice{'s' if missing > 1 else ''} missing"
    if any(not gap.missing for gap in volume.gaps):
        yield "slices not evenly spaced"
    if volume.duplicates:
        images = sum(map(len, volume.duplicates))
        positions = len(volume.duplicates)
        yield f"{images} images at {positions} position{'s' if positions > 1 else ''}"
    if volume.off_lattice:
        yield f"{len(volume.off_lattice)} beside the lattice"
    elif not (volume.regular or volume.gaps or volume.duplicates):
        yield f"slices beside their places{_deviation(volume)}"
    if not volume.orthogonal:
        yield f"tilt {volume.tilt_degrees:.1f} degrees"


def _value(value: object) -> str:
    if value is None:
        return "none"
    # Numbers of headers are floats, whole or not.
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else f"{value}"


def _gap(gap: VolumeGap, step: float | None, short: Callable[[str], str]) -> str:
    where = f"after {short(gap.after)}: {gap.distance:.4g} mm"
    instead = "" if step is None else f" instead of {step:.4g}"
    match gap.missing:
        case None | 0:
            return f"uneven {where}{instead}"
        case 1:
            return f"slice missing {where}{instead}"
        case _:
            return f"{gap.missing} slices missing {where}{instead}"


def _step(volume: VolumeGeometryModule) -> float | None:
    """The usual distance of two neighbours along the normal, in mm."""
    along = volume.spacing[2]
    if along is not None:
        return along * cos(radians(volume.tilt_degrees))
    between = (after - before for before, after in pairwise(volume.distances))
    steps = sorted(step for step in between if step > _SAME)
    return steps[(len(steps) - 1) // 2] if steps else None


def _deviation(volume: VolumeGeometryModule) -> str:
    return "" if volume.max_deviation is None else f" by up to {volume.max_deviation:.3g} mm"


def _names(image_ids: Sequence[str], short: Callable[[str], str]) -> str:
    names = ", ".join(map(short, image_ids[:_NAMED]))
    others = len(image_ids) - _NAMED
    return names if others <= 0 else f"{names} and {others} others"


def _some(sentences: Sequence[str], kind: str) -> Iterator[str]:
    yield from sentences[:_NAMED]
    if len(sentences) > _NAMED:
        yield f"and {len(sentences) - _NAMED} more {kind}; --json has all"
