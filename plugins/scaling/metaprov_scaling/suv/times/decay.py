"""Rule 5: the times to which activity is decay corrected.

Sources: DICOM PS3.3 C.8.9.1.1.5 and C.8.9.4; QIBA SUV pseudo-code (2018-06-26), happy path and
robust version; IBSI SUV manual, for DecayCorrection NONE and the average activity of a frame.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_scaling.suv.dicom_time import DAY, HOUR, SECOND, moment_of, seconds
from metaprov_scaling.suv.headers.header import named
from metaprov_scaling.suv.headers.sop_classes import ENHANCED_PET
from metaprov_scaling.suv.notes import Refused

from .clock import moment_in_series_clock, one_timezone
from .dates import Begun, image_times, series_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_scaling.suv.headers.header import PetHeader
    from metaprov_scaling.suv.notes import Notes

__all__ = [
    "References",
    "average_time",
    "frame_references",
    "series_reference",
    "usable_duration",
]

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
    #: When the images began.
    begun: Begun

    @property
    def dated(self) -> bool:
        """Whether the times are on days of the calendar, or right to each other alone."""
        return self.begun.dated


def average_time(duration: float, half_life: float) -> float:
    """How long after the start of a frame its activity is the mean of the frame; all in s."""
    decay = math.log(2) / half_life
    x = decay * duration
    if x < _NO_DECAY:
        return duration / 2
    # The divisor is 1 - e^-x, exact for short frames.
    return math.log(x / -math.expm1(-x)) / decay


def frame_references(headers: Sequence[PetHeader], half_life: float, notes: Notes) -> References:
    """DecayCorrection NONE: each image has the mean activity of its own frame.

    Enhanced PET may state when that was.
    """
    stated = [_frame_reference(header, notes) for header in headers]
    known = [time for time in stated if time is not None]
    try:
        begun = image_times(headers, half_life, notes)
    except Refused:
        if len(known) < len(headers):
            raise
        return References("FrameReferenceDateTime", tuple(known), Begun(tuple(known), None))
    times = []
    for header, start, time in zip(headers, begun.acquired, stated, strict=True):
        if time is not None:
            times.append(time)
            continue
        duration = usable_duration(header.actual_frame_duration)
        if duration is None:
            keyword = "ActualFrameDuration"
            raise Refused(
                keyword,
                f"DecayCorrection is NONE, but not every image has {named(keyword)}",
            )
        times.append(start + _nanoseconds(average_time(duration, half_life)))
    return References("each frame's mean", tuple(times), begun)


def _frame_reference(header: PetHeader, notes: Notes) -> int | None:
    text = header.frame_reference_datetime
    if text is None:
        return None
    return moment_in_series_clock("FrameReferenceDateTime", text, header.timezone, notes)


def series_reference(headers: Sequence[PetHeader], half_life: float, notes: Notes) -> References:
    """DecayCorrection START: one time for the series, the first that applies."""
    header = headers[0]
    if header.sop_class_uid == ENHANCED_PET:
        return _enhanced_reference(headers, half_life, notes)
    begun = series_times(headers, half_life, notes)
    series, earliest = begun.series, min(begun.acquired)
    if series is not None and series <= earliest + _TRUNCATION:
        return References("5a SeriesTime", (_series_start(series, earliest, notes),), begun)
    if header.decay_correction_datetime is not None:
        time = _decay_correction_datetime(headers, notes)
        if not begun.dated:
            time += _days_to(time, earliest) * DAY
        return References("5b DecayCorrectionDateTime", (time,), begun)
    private = _private_time(headers, begun, notes)
    if private is not None:
        rule, time = private
        return References(rule, (time,), begun)
    computed = _back_computed(headers, begun.acquired, half_life, notes)
    if computed is not None:
        return References("5d FrameReferenceTime", (computed,), begun)
    notes.add(
        "earliestAcquisition",
        "SeriesTime",
        f"{named('SeriesTime')} is after the acquisition, and nothing else says which time decay "
        "is corrected to: the earliest acquisition is assumed",
    )
    return References("5e earliest AcquisitionTime", (earliest,), begun)


def _enhanced_reference(headers: Sequence[PetHeader], half_life: float, notes: Notes) -> References:
    """Enhanced PET says which time it is corrected to (PS3.3 C.8.22.4)."""
    keyword = "DecayCorrectionDateTime"
    if headers[0].decay_correction_datetime is None:
        raise Refused(keyword, f"{named(keyword)} is missing")
    time = _decay_correction_datetime(headers, notes)
    return References(keyword, (time,), image_times(headers, half_life, notes))


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
    text = headers[0].decay_correction_datetime or ""
    return moment_in_series_clock(
        "DecayCorrectionDateTime", text, one_timezone(headers, text), notes
    )


def _days_to(time: int, moment: int) -> int:
    """How many whole days bring a time to within 12 h of a moment."""
    return (moment - time + DAY // 2) // DAY


def _private_time(
    headers: Sequence[PetHeader], begun: Begun, notes: Notes
) -> tuple[str, int] | None:
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
        days = _days_to(time, min(begun.acquired))
        if days and begun.dated:
            notes.add(
                "privateTimeMoved",
                tag,
                f"{tag} is moved by {days:+d} days, to within 12 h of the earliest acquisition",
            )
        return rule, time + days * DAY
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
        duration = usable_duration(header.actual_frame_duration)
        since = usable_duration(header.frame_reference_time)
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


def usable_duration(milliseconds: float | None) -> float | None:
    """A duration in s; None where it is missing, not positive, or impossibly long."""
    if milliseconds is None or not 0 < milliseconds <= _LONGEST:
        return None
    return milliseconds / 1000


def _nanoseconds(duration: float) -> int:
    return round(duration * SECOND)
