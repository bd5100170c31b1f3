"""When the groups of a series over time were taken."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metaprov_modules import VolumeGeometryModule

__all__ = ["group_times", "time_step"]

#: How much a step may differ from the others, as a part of it.
_EVEN: Final = 1e-3


def _of_milliseconds(value: Any) -> float | None:
    return float(value) / 1000 if isinstance(value, int | float) else None


def _of_clock(value: Any) -> float | None:
    """Seconds since midnight of a TM, HHMMSS.FFFFFF (PS3.5 6.2)."""
    text = str(value).strip()
    try:
        return int(text[:2]) * 3600 + int(text[2:4]) * 60 + float(text[4:])
    except ValueError:
        return None


#: Attributes that are times, and what makes seconds of their values.
_TIMES: Final[dict[str, Callable[[Any], float | None]]] = {
    # The fourth axis of NIfTI, where that is time.
    "dim4": _of_milliseconds,
    "FrameReferenceTime": _of_milliseconds,
    "NominalCardiacTriggerDelayTime": _of_milliseconds,
    "TriggerTime": _of_milliseconds,
    "AcquisitionTime": _of_clock,
    "ContentTime": _of_clock,
}


def group_times(geometries: Sequence[VolumeGeometryModule]) -> tuple[float, ...] | None:
    """Seconds, one a group, from whatever start; None where the groups are no times."""
    times = []
    for geometry in geometries:
        group = geometry.group
        seconds_of = None if group is None else _TIMES.get(group.attribute)
        seconds = None if seconds_of is None or group is None else seconds_of(group.value)
        if seconds is None:
            return None
        times.append(seconds)
    return tuple(times)


def time_step(geometries: Sequence[VolumeGeometryModule]) -> float | None:
    """Seconds from group to group; None where they are no times, or not even."""
    times = group_times(geometries)
    if times is None or len(times) < 2:
        return None
    step = (times[-1] - times[0]) / (len(times) - 1)
    steps = (after - before for before, after in pairwise(times))
    return step if step > 0 and all(abs(each - step) <= _EVEN * step for each in steps) else None
