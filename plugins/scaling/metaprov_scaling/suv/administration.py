"""Rule 6: when the tracer was given, and how long that was before the reference time.

Sources: QIBA SUV pseudo-code ("consider spanning midnight"); IBSI SUV manual, for the limits of the
uptake and for shifted dates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .clock import moment_in_series_clock, one_timezone
from .dicom_time import DAY, HOUR, SECOND, readable_moment, seconds, time_of
from .header import named
from .notes import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .header import PetHeader
    from .notes import Notes

__all__ = ["uptakes"]

_DATETIME: Final = "RadiopharmaceuticalStartDateTime"
_TIME: Final = "RadiopharmaceuticalStartTime"

#: A dynamic scan may begin before the tracer is given.
_LEAST_UPTAKE: Final = -HOUR
#: In s: with so long a half-life, a scan on a later day is plausible.
_LONG_LIVED: Final = 41_400
_DOUBTFUL_HALF_LIVES: Final = 5
_MOST_HALF_LIVES: Final = 10


def uptakes(
    headers: Sequence[PetHeader],
    references: Sequence[int],
    half_life: float,
    notes: Notes,
) -> list[float]:
    """The time from administration to each reference, in s. Raises Refused for implausible ones."""
    earliest = min(references)
    start = _start(headers, earliest, half_life, notes)
    named_start = _named_start(headers[0])
    _check_limits(named_start, earliest - start, max(references) - start, half_life, notes)
    return [seconds(reference - start) for reference in references]


def _start(headers: Sequence[PetHeader], reference: int, half_life: float, notes: Notes) -> int:
    header = headers[0]
    if header.start_datetime is not None:
        text = header.start_datetime
        start = moment_in_series_clock(_DATETIME, text, one_timezone(headers, text), notes)
        if half_life >= _LONG_LIVED or _LEAST_UPTAKE <= reference - start < DAY:
            return start
        return _with_repaired_date(start, reference, notes)
    if header.start_time is not None:
        return _with_assumed_date(header.start_time, reference, half_life, notes)
    both = f"{_DATETIME}/{_TIME}"
    raise Refused(both, f"{both}: {named(_DATETIME)} and {named(_TIME)} are missing")


def _with_repaired_date(start: int, reference: int, notes: Notes) -> int:
    """De-identification shifts dates, and not always all by as many days; times of day stay."""
    repaired = _nearest_before(start % DAY, reference)
    days = (repaired - start) // DAY
    notes.add(
        "startDateRepaired",
        _DATETIME,
        f"{named(_DATETIME)} is {readable_moment(start)}, {days:+d} days from a plausible uptake: "
        "only its time of day is used",
    )
    return repaired


def _with_assumed_date(text: str, reference: int, half_life: float, notes: Notes) -> int:
    """The header has only a time of day, which is enough where the half-life is short."""
    time = time_of(text)
    if time is None:
        raise Refused(_TIME, f"{named(_TIME)} is malformed: {text[:40]!r}")
    if half_life >= _LONG_LIVED:
        raise Refused(
            _DATETIME,
            f"{named(_DATETIME)} is missing, and with a half-life of {half_life:g} s the date of "
            f"{named(_TIME)} cannot be known",
        )
    start = _nearest_before(time, reference)
    notes.add(
        "startDateAssumed",
        _DATETIME,
        f"{named(_DATETIME)} is missing: {named(_TIME)} is assumed to mean "
        f"{readable_moment(start)}",
    )
    return start


def _nearest_before(time_of_day: int, reference: int) -> int:
    """A time of day on the date of the reference, or on the day before across midnight."""
    start = reference - reference % DAY + time_of_day
    return start - DAY if reference - start < _LEAST_UPTAKE else start


def _named_start(header: PetHeader) -> str:
    """The attribute that the start was read from, as the subject of a sentence."""
    if header.start_datetime is not None:
        return named(_DATETIME)
    return f"{named(_DATETIME)} is missing, and {named(_TIME)}"


def _check_limits(
    named_start: str, least: int, greatest: int, half_life: float, notes: Notes
) -> None:
    if least < _LEAST_UPTAKE:
        raise Refused(
            _DATETIME,
            f"{named_start} is {seconds(-least):.0f} s after the time that decay is corrected to; "
            f"at most {seconds(-_LEAST_UPTAKE):.0f} s are accepted",
        )
    half_lives = greatest / SECOND / half_life
    sentence = (
        f"{named_start} is {half_lives:.4g} half-lives before the time that decay is corrected to"
    )
    if half_lives > _MOST_HALF_LIVES:
        raise Refused(_DATETIME, f"{sentence}; at most {_MOST_HALF_LIVES} are accepted")
    if half_lives > _DOUBTFUL_HALF_LIVES:
        notes.add("longUptake", _DATETIME, sentence)
