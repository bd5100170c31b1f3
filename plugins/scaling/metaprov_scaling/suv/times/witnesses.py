"""Rule 6, where StartDateTime and StartTime speak of one administration: what they say together.

Sources: DICOM PS3.5 6.2, by which a DT may end anywhere behind its year; PS3.3 C.8.9.2; the third
round of IBSI, which trusts an uptake from -1 h up to 2 half-lives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_scaling.suv.dicom_time import (
    DAY,
    HOUR,
    SECOND,
    Moment,
    readable_moment,
    span_of,
    time_of,
)
from metaprov_scaling.suv.headers.header import named
from metaprov_scaling.suv.notes import Refused

from .clock import in_series_clock, one_timezone
from .uptake_limits import LEAST, LONG_LIVED, is_trusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_scaling.suv.dicom_time import Span
    from metaprov_scaling.suv.headers.header import PetHeader
    from metaprov_scaling.suv.notes import Notes

    from .clock import SeriesClock
    from .decay import References

__all__ = ["DATETIME", "TIME", "nearest_before", "start_of_datetime"]

DATETIME: Final = "RadiopharmaceuticalStartDateTime"
TIME: Final = "RadiopharmaceuticalStartTime"
_BOTH: Final = f"{DATETIME}/{TIME}"

#: Two clocks that say the same may be read, or cut, a minute apart.
_TOLERANCE: Final = 60 * SECOND
_QUARTER: Final = HOUR // 4
#: Offsets from UTC, west and east.
_LEAST_OFFSET, _GREATEST_OFFSET = -12 * HOUR, 14 * HOUR


class _Scan(NamedTuple):
    """What a start is held against."""

    #: The earliest time that decay is corrected to.
    reference: int
    half_life: float
    #: Whether the reference is on a day of the calendar.
    dated: bool

    @property
    def is_long_lived(self) -> bool:
        return self.half_life >= LONG_LIVED

    def trusts(self, start: int) -> bool:
        """Whether a start gives an uptake as scans have it."""
        return is_trusted(self.reference - start, self.half_life)

    def with_day(self, time_of_day: int) -> int:
        """A time of day on the last day that it can be before the reference."""
        return nearest_before(time_of_day, self.reference)


def start_of_datetime(
    headers: Sequence[PetHeader], references: References, half_life: float, notes: Notes
) -> int:
    """The start that StartDateTime says, completed, moved or replaced by what StartTime says.

    Its day may still be a shifted one. Raises Refused where StartDateTime is malformed, or the
    half-life is too long for a day that is assumed.
    """
    header = headers[0]
    scan = _Scan(min(references.times), half_life, references.dated)
    written = header.start_datetime or ""
    span = span_of(written)
    time = None if header.start_time is None else time_of(header.start_time)
    if span is None or (not span.has_hour and time is None):
        raise _malformed(written)
    moment = Moment(span.first, span.offset)
    if time is not None and not span.has_seconds:
        moment = _completed(written, span, time, scan, notes)
    clock = in_series_clock(DATETIME, moment, one_timezone(headers, written))
    start = clock.local if scan.dated else scan.with_day(clock.local % DAY)
    if time is None or _apart(start, time) <= _TOLERANCE:
        _note_offset(clock, notes)
        return start
    moved = _moved_to_time_zone(moment, time, scan)
    if moved is not None:
        notes.add(
            "startTimeZone",
            DATETIME,
            f"{named(DATETIME)} is {written}, in another time zone than {named(TIME)} "
            f"{header.start_time}: it is moved to the latter, {readable_moment(moved)}",
        )
        return moved
    _note_offset(clock, notes)
    notes.add(
        "startTimesContradict",
        _BOTH,
        f"{named(DATETIME)} {written} and {named(TIME)} {header.start_time} contradict each other",
    )
    by_time = scan.with_day(time)
    if scan.is_long_lived or scan.trusts(start) or not scan.trusts(by_time):
        return start
    notes.add(
        "startTimeUsed",
        DATETIME,
        f"{named(DATETIME)} {written} gives no plausible uptake: {named(TIME)} is used, "
        f"{readable_moment(by_time)}",
    )
    return by_time


def _completed(written: str, span: Span, time: int, scan: _Scan, notes: Notes) -> Moment:
    """A DT without seconds is completed by a time that lies within it."""
    if span.has_day:
        completed = span.first - span.first % DAY + time
        return Moment(completed if span.first <= completed < span.end else span.first, span.offset)
    if scan.is_long_lived:
        raise Refused(
            DATETIME,
            f"{named(DATETIME)} is {written!r}, without a day, which cannot be known with a "
            f"half-life of {scan.half_life:g} s",
        )
    completed = scan.with_day(time)
    if scan.dated and not span.first <= completed < span.end:
        raise Refused(
            DATETIME,
            f"{named(DATETIME)} is {written!r}, in which {readable_moment(completed)}, the time "
            f"of {named(TIME)} before the reference, is not",
        )
    notes.add(
        "startDayAssumed",
        DATETIME,
        f"{named(DATETIME)} is {written!r}, without a day: with {named(TIME)} it is assumed to "
        f"mean {readable_moment(completed)}",
    )
    return Moment(completed, span.offset)


def _moved_to_time_zone(moment: Moment, time: int, scan: _Scan) -> int | None:
    """The start by the clock of StartTime, where an offset from UTC explains the difference."""
    if moment.offset is None:
        return None
    same_day = moment.local - moment.local % DAY + time
    for moved in sorted(
        (same_day - DAY, same_day, same_day + DAY), key=lambda each: abs(each - moment.local)
    ):
        shift = moved - moment.local
        is_offset = _LEAST_OFFSET <= shift <= _GREATEST_OFFSET and (
            abs(shift - round(shift / _QUARTER) * _QUARTER) <= _TOLERANCE
        )
        # Where the half-life is short, the day may be a shifted one.
        start = moved if scan.is_long_lived else scan.with_day(time)
        if is_offset and scan.trusts(start):
            return start
    return None


def nearest_before(time_of_day: int, reference: int) -> int:
    """A time of day on the date of the reference, or on the day before across midnight."""
    start = reference - reference % DAY + time_of_day
    return start - DAY if reference - start < LEAST else start


def _apart(moment: int, time_of_day: int) -> int:
    """How far apart two clocks are, around the dial."""
    apart = (moment - time_of_day) % DAY
    return min(apart, DAY - apart)


def _note_offset(clock: SeriesClock, notes: Notes) -> None:
    if clock.note is not None:
        code, sentence = clock.note
        notes.add(code, DATETIME, sentence)


def _malformed(written: str) -> Refused:
    excerpt = written if len(written) <= 40 else f"{written[:40]}..."
    return Refused(DATETIME, f"{named(DATETIME)} is malformed: {excerpt!r}")
