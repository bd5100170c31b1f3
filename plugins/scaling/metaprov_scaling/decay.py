"""Rule 5: the times that the activity is decay corrected to.

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

#: A longer frame, or time of a frame in its series, in ms, is none: 115 days.
_LONGEST: Final = 1e10
#: In so little of a half-life the activity is constant, but for the rounding.
_NO_DECAY: Final = 1e-8
#: Times that are written to the second or finer differ by this, one with the other.
_TRUNCATION: Final = SECOND
_LONG_BEFORE: Final = 2 * HOUR
#: Bed positions of one series begin it at one time, but for this.
_SAME_START: Final = 5 * SECOND


class References(NamedTuple):
    """The times that the images of a series are decay corrected to."""

    #: The rule that gave them, as the documentation calls it.
    rule: str
    #: Nanoseconds; one for each image, or one for all.
    times: tuple[int, ...]


def average_time(duration: float, half_life: float) -> float:
    """When in a frame the activity is that of its mean, in s after its start; arguments in s."""
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
                f"{named(keyword)}, which DecayCorrection NONE needs, is not on every image",
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
        f"{named('SeriesTime')} is after the acquisition, and nothing else says what time decay is "
        "corrected to: taken is the earliest acquisition",
    )
    return References("5e earliest AcquisitionTime", (earliest,))


def _series_start(series: int, earliest: int, notes: Notes) -> int:
    """Rule 5a; a series that begins long before its first image is doubtful."""
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

    De-identification shifts the public dates, and leaves the private ones.
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
                f"{tag} is moved by {days} days, to within 12 h of the earliest acquisition",
            )
        return References(rule, (time + days * DAY,))
    return None


def _back_computed(
    headers: Sequence[PetHeader],
    acquired: Sequence[int],
    half_life: float,
    notes: Notes,
) -> int | None:
    """Rule 5d: FrameReferenceTime counts from the series' start to the frame's mean activity.

    GE counts to the frame's start.
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
            f"{named('FrameReferenceTime')} puts the start of the series at times "
            f"{seconds(spread):.1f} s apart: taken is the earliest",
        )
    return min(starts)


def _duration(milliseconds: float | None) -> float | None:
    """A duration in s; None where it is missing, not positive, or none at all."""
    if milliseconds is None or not 0 < milliseconds <= _LONGEST:
        return None
    return milliseconds / 1000


def _nanoseconds(duration: float) -> int:
    return round(duration * SECOND)
