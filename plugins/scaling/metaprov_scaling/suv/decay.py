"""Rule 5: the times to which activity is decay corrected.

Sources: DICOM PS3.3 C.8.9.1.1.5 and C.8.9.4; QIBA SUV pseudo-code (2018-06-26), happy path and
robust version; IBSI SUV manual, for DecayCorrection NONE and the average activity of a frame.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from .clock import acquisitions, date_and_time, moment_in_series_clock, one_timezone
from .dicom_time import DAY, HOUR, SECOND, moment_of, seconds
from .header import named
from .notes import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .header import PetHeader
    from .notes import Notes

__all__ = ["References", "average_time", "frame_references", "series_reference"]

#: In ms (115 days): a longer frame duration or reference time counts as missing.
_LONGEST: Final = 1e10
#: In so small a part of a half-life, activity is constant but for rounding.
_NO_DECAY: Final = 1e-8
#: Of two equal times, one may be cut to the second.
_TRUNCATION: Final = SECOND
_LONG_BEFORE: Final = 2 * HOUR
#: The start of the series, counted back from each of its bed positions, differs by less.
_SAME_START: Final = 5 * SECOND


class References(NamedTuple):
    """The times to which the images of a series are decay corrected."""

    #: The rule that gave them, as SUV.md calls it.
    rule: str
    #: Nanoseconds; one for each image, or one for all.
    times: tuple[int, ...]


def average_time(duration: float, half_life: float) -> float:
    """How long after the start of a frame its activity is the mean of the frame; all in s."""
    decay = math.log(2) / half_life
    x = decay * duration
    if x < _NO_DECAY:
        return duration / 2
    # The divisor is 1 - e^-x, exact for short frames.
    return math.log(x / -math.expm1(-x)) / decay


def frame_references(headers: Sequence[PetHeader], half_life: float, notes: Notes) -> References:
    """DecayCorrection NONE: each image has the mean activity of its own frame."""
    acquired = acquisitions(headers, notes)
    durations = [_duration(header.actual_frame_duration) for header in headers]
    times = []
    for start, duration in zip(acquired, durations, strict=True):
        if duration is None:
            keyword = "ActualFrameDuration"
            raise Refused(
                keyword,
                f"DecayCorrection is NONE, but not every image has {named(keyword)}",
            )
        times.append(start + _nanoseconds(average_time(duration, half_life)))
    return References("each frame's mean", tuple(times))


def series_reference(headers: Sequence[PetHeader], half_life: float, notes: Notes) -> References:
    """DecayCorrection START: one time for the series, the first that applies."""
    header = headers[0]
    series = date_and_time(("SeriesDate", "SeriesTime"), header.series_date, header.series_time)
    acquired = acquisitions(headers, notes)
    earliest = min(acquired)
    if series <= earliest + _TRUNCATION:
        return References("5a SeriesTime", (_series_start(series, earliest, notes),))
    if header.decay_correction_datetime is not None:
        return References(
            "5b DecayCorrectionDateTime", (_decay_correction_datetime(headers, notes),)
        )
    private = _private_time(headers, earliest, notes)
    if private is not None:
        return private
    computed = _back_computed(headers, acquired, half_life, notes)
    if computed is not None:
        return References("5d FrameReferenceTime", (computed,))
    notes.add(
        "earliestAcquisition",
        "SeriesTime",
        f"{named('SeriesTime')} is after the acquisition, and nothing else says which time decay "
        "is corrected to: the earliest acquisition is assumed",
    )
    return References("5e earliest AcquisitionTime", (earliest,))


def _series_start(series: int, earliest: int, notes: Notes) -> int:
    """Rule 5a, with a warning where the series begins long before its first image."""
    if earliest - series > _LONG_BEFORE:
        notes.add(
            "seriesLongBeforeAcquisition",
            "SeriesTime",
            f"{named('SeriesTime')} is more than 2 h before the earliest acquisition",
        )
    return series


def _decay_correction_datetime(headers: Sequence[PetHeader], notes: Notes) -> int:
    """Rule 5b."""
    text = headers[0].decay_correction_datetime or ""
    return moment_in_series_clock(
        "DecayCorrectionDateTime", text, one_timezone(headers, text), notes
    )


def _private_time(headers: Sequence[PetHeader], earliest: int, notes: Notes) -> References | None:
    """Rule 5c: GE's or Siemens' time, on the day that brings it nearest to the acquisition.

    De-identification shifts public dates and leaves private ones.
    """
    header = headers[0]
    for rule, tag, text in (
        ("5c (0009,100D)", "(0009,100D)", header.ge_datetime),
        ("5c (0071,1022)", "(0071,1022)", header.siemens_datetime),
    ):
        if text is None or moment_of(text) is None:
            continue
        time = moment_in_series_clock(tag, text, one_timezone(headers, text), notes)
        days = (earliest - time + DAY // 2) // DAY
        if days:
            notes.add(
                "privateTimeMoved",
                tag,
                f"{tag} is moved by {days:+d} days, to within 12 h of the earliest acquisition",
            )
        return References(rule, (time + days * DAY,))
    return None


def _back_computed(
    headers: Sequence[PetHeader],
    acquired: Sequence[int],
    half_life: float,
    notes: Notes,
) -> int | None:
    """Rule 5d: FrameReferenceTime counts from the start of the series to a frame's mean activity.

    GE counts to the start of the frame.
    """
    to_start = (headers[0].manufacturer or "").upper().startswith("GE")
    starts = []
    for header, start in zip(headers, acquired, strict=True):
        duration = _duration(header.actual_frame_duration)
        since = _duration(header.frame_reference_time)
        if duration is None or since is None:
            return None
        mean = 0.0 if to_start else average_time(duration, half_life)
        starts.append(start - _nanoseconds(since) + _nanoseconds(mean))
    spread = max(starts) - min(starts)
    if spread > _SAME_START:
        notes.add(
            "backComputedTimesDiffer",
            "FrameReferenceTime",
            f"{named('FrameReferenceTime')} puts the start of the series at times up to "
            f"{seconds(spread):.1f} s apart: the earliest is used",
        )
    return min(starts)


def _duration(milliseconds: float | None) -> float | None:
    """A duration in s; None where it is missing, not positive, or impossibly long."""
    if milliseconds is None or not 0 < milliseconds <= _LONGEST:
        return None
    return milliseconds / 1000


def _nanoseconds(duration: float) -> int:
    return round(duration * SECOND)
