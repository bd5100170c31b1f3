"""Rule 6, where StartDateTime and StartTime speak of one administration: what they say together.

Sources: DICOM PS3.5 6.2, by which a DT may end anywhere behind its year; PS3.3 C.8.9.2; the third
round of IBSI, which trusts an uptake from -1 h up to 2 half-lives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .clock import in_series_clock, one_timezone
from .dicom_time import DAY, HOUR, SECOND, Moment, readable_moment, span_of, time_of
from .header import named
from .notes import Refused
from .uptake_limits import LEAST, LONG_LIVED, is_trusted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .clock import SeriesClock
    from .decay import References
    from .dicom_time import Span
    from .header import PetHeader
    from .notes import Notes

__all__ = ["DATETIME", "TIME", "nearest_before", "start_of_datetime"]

DATETIME: Final = "RadiopharmaceuticalStartDateTime"
TIME: Final = "RadiopharmaceuticalStartTime"
_BOTH: Final = f"{DATETIME}/{TIME}"

#: Two clocks that say the same may be read, or cut, a minute apart.
_TOLERANCE: Final = 60 * SECOND
_QUARTER: Final = HOUR // 4
#: Offsets from UTC, west and east.
_LEAST_OFFSET, _GREATEST_OFFSET = -12 * HOUR, 14 * HOUR


def start_of_datetime(
    headers: Sequence[PetHeader], references: References, half_life: float, notes: Notes
) -> int:
    """The start that StartDateTime says, completed, moved or replaced by what StartTime says.

    Its day may still be a shifted one. Raises Refused where StartDateTime is malformed, or the
    half-life is too long for a day that is assumed.
    """
    header, reference = headers[0], min(references.times)
    written = header.start_datetime or ""
    span = span_of(written)
    time = None if header.start_time is None else time_of(header.start_time)
    if span is None or (not span.has_day and time is None):
        raise _malformed(written)
    moment = _completed(written, span, time, reference, half_life, notes)
    clock = in_series_clock(DATETIME, moment, one_timezone(headers, written))
    start = clock.local
    if not references.dated:
        start = nearest_before(start % DAY, reference)
    if time is None or _apart(start, time) <= _TOLERANCE:
        _note_offset(clock, notes)
        return start
    moved = _moved_by_quarters(moment, time, reference, half_life, dated=references.dated)
    if moved is not None:
        notes.add(
            "startTimeZone",
            DATETIME,
            f"{named(DATETIME)} is {written} in another time zone than {named(TIME)} "
            f"{header.start_time}: it is moved to the latter, {readable_moment(moved)}",
        )
        return moved
    _note_offset(clock, notes)
    return _decided(header, start, time, reference, half_life, notes)


def _completed(
    written: str, span: Span, time: int | None, reference: int, half_life: float, notes: Notes
) -> Moment:
    """A DT without seconds is completed by a time that lies within it."""
    if time is None or span.has_seconds:
        if span.has_hour:
            return Moment(span.first, span.offset)
        raise _malformed(written)
    if span.has_day:
        completed = span.first - span.first % DAY + time
        return Moment(completed if span.first <= completed < span.end else span.first, span.offset)
    if half_life >= LONG_LIVED:
        raise Refused(
            DATETIME,
            f"{named(DATETIME)} is {written!r}, without a day, which cannot be known with a "
            f"half-life of {half_life:g} s",
        )
    completed = nearest_before(time, reference)
    if not span.first <= completed < span.end:
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


def _moved_by_quarters(
    moment: Moment, time: int, reference: int, half_life: float, *, dated: bool
) -> int | None:
    """The start by the clock of StartTime, where the two are a UTC offset apart."""
    if moment.offset is None:
        return None
    for moved in _starts(moment.local, time):
        shift = moved - moment.local
        is_offset = abs(shift - round(shift / _QUARTER) * _QUARTER) <= _TOLERANCE
        start = moved if dated else nearest_before(time, reference)
        if is_offset and is_trusted(reference - start, half_life):
            return start
    if half_life < LONG_LIVED and abs((moment.local - time) % _QUARTER) <= _TOLERANCE:
        # The day is shifted, too.
        start = nearest_before(time, reference)
        return start if is_trusted(reference - start, half_life) else None
    return None


def _starts(local: int, time: int) -> Iterator[int]:
    """The moments with a time of day that are an offset from UTC apart, the nearest first."""
    same_day = local - local % DAY + time
    around = sorted((same_day - DAY, same_day, same_day + DAY), key=lambda each: abs(each - local))
    return (each for each in around if _LEAST_OFFSET <= each - local <= _GREATEST_OFFSET)


def _decided(
    header: PetHeader, start: int, time: int, reference: int, half_life: float, notes: Notes
) -> int:
    """Which of two clocks counts that no time zone explains."""
    notes.add(
        "startTimesContradict",
        _BOTH,
        f"{named(DATETIME)} {header.start_datetime} and {named(TIME)} {header.start_time} "
        "contradict each other",
    )
    by_time = nearest_before(time, reference)
    if (
        half_life >= LONG_LIVED
        or is_trusted(reference - start, half_life)
        or not is_trusted(reference - by_time, half_life)
    ):
        return start
    notes.add(
        "startTimeUsed",
        DATETIME,
        f"{named(DATETIME)} {header.start_datetime} gives no plausible uptake: {named(TIME)} is "
        f"used, {readable_moment(by_time)}",
    )
    return by_time


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
