"""What the scan itself says against its times: when it ended, and how far it was corrected.

Sources: DICOM PS3.3 C.8.9.4.1 (DecayFactor), C.8.9.4.1.6 (FrameReferenceTime).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from metaprov_scaling.suv.dicom_time import SECOND, readable_moment, seconds
from metaprov_scaling.suv.headers.header import named
from metaprov_scaling.suv.notes import Refused

from .decay import average_time, usable_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_scaling.suv.headers.header import PetHeader
    from metaprov_scaling.suv.notes import Notes

    from .administration import Administration
    from .decay import References

__all__ = ["check_administration", "check_decay_factors"]

#: In a part of the factor, and in s of decay: a smaller difference is rounding.
_SAME_FACTOR: Final = 0.02
_SAME_TIME: Final = 5


def check_administration(
    headers: Sequence[PetHeader], references: References, given: Administration, notes: Notes
) -> None:
    """The tracer was given before the last frame ended. Raises Refused where it was not."""
    earliest = min(references.times)
    ends = [
        _end(header, start, earliest)
        for header, start in zip(headers, references.begun.acquired, strict=True)
    ]
    end = max(end for end, _ in ends)
    attribute, subject = given.attribute_and_subject
    when = f"{subject} is {readable_moment(given.moment)}"
    if given.moment <= end:
        if given.moment > earliest:
            sentence = (
                f"{when}, after the time that decay is corrected to, and before the last frame "
                "ended"
            )
            notes.add("administeredDuringScan", attribute, sentence)
        return
    late = f"{when}, {seconds(given.moment - end):.0f} s after the last frame ended"
    alone = len(headers) == 1 and "DYNAMIC" in headers[0].series_type
    is_gated = any(header.is_gated for header in headers)
    if alone or is_gated or not all(is_known for _, is_known in ends):
        sentence = f"{late}, as far as the frames that are known say"
        notes.add("administeredAfterScan", attribute, sentence)
        return
    raise Refused(attribute, late)


def _end(header: PetHeader, start: int, reference: int) -> tuple[int, bool]:
    """When a frame ended, and whether its duration is known.

    Copied acquisition times are those of the first frame: FrameReferenceTime knows better.
    """
    duration = usable_duration(header.actual_frame_duration)
    # The first frame of a series of GE has 0.
    since = 0 if header.frame_reference_time == 0 else usable_duration(header.frame_reference_time)
    latest = start if since is None else max(start, reference + round(since * SECOND))
    return latest + round((duration or 0) * SECOND), duration is not None


def check_decay_factors(
    headers: Sequence[PetHeader], references: References, half_life: float, notes: Notes
) -> None:
    """DecayFactor leads from a frame's mean to the reference; a lower one means a later reference.

    Only those of GE and Siemens are looked at: Philips writes 1. Copied acquisition times make
    factors too high, never too low.
    """
    if not (headers[0].manufacturer or "").upper().startswith(("GE", "SIEMENS")):
        return
    decay = math.log(2) / half_life
    worst = 0.0
    for header, start in zip(headers, references.begun.acquired, strict=True):
        factor, duration = header.decay_factor, usable_duration(header.actual_frame_duration)
        if factor is None or factor <= 0 or factor == 1 or duration is None:
            continue
        since = seconds(start - references.times[0]) + average_time(duration, half_life)
        worst = max(worst, decay * since - math.log(factor))
    if worst > -math.log1p(-_SAME_FACTOR) and worst > decay * _SAME_TIME:
        notes.add(
            "decayFactorContradicts",
            "DecayFactor",
            f"{named('DecayFactor')} means a time {worst / decay:.0f} s after "
            f"{readable_moment(references.times[0])}, to which decay is corrected by "
            f"{references.rule}",
        )
