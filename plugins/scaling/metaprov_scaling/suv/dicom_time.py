"""Dates and times of DICOM (PS3.5 6.2: DA, TM, DT) as nanoseconds of local time.

They are integers, counted from day 0 of the proleptic calendar: differences are exact, and a shift
by whole days changes nothing.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

__all__ = [
    "DAY",
    "HOUR",
    "NO_DAY",
    "SECOND",
    "Moment",
    "Span",
    "date_of",
    "moment_of",
    "offset_of",
    "readable_moment",
    "seconds",
    "span_of",
    "time_of",
]

SECOND: Final = 1_000_000_000
HOUR: Final = 3600 * SECOND
DAY: Final = 24 * HOUR
#: Midnight of the day of times whose date nobody knows; no image is of the year 1.
NO_DAY: Final = 2 * DAY

_DATE: Final = r"([0-9]{4})([0-9]{2})([0-9]{2})"
# A second of 60 is a leap second; a fraction has up to six digits.
_TIME: Final = r"([01][0-9]|2[0-3])(?:([0-5][0-9])(?:([0-5][0-9]|60)(?:\.([0-9]{1,6}))?)?)?"
_OFFSET: Final = r"([+-])([0-9]{2})([0-5][0-9])"
_DA: Final = re.compile(_DATE)
_TM: Final = re.compile(_TIME)
_DT: Final = re.compile(f"({_DATE})({_TIME})({_OFFSET})?")
_WRITTEN: Final = re.compile(
    r"(?P<digits>[0-9]{4}(?:[0-9]{2}){0,5})(?:\.[0-9]{1,6})?(?P<offset>[+-].*)?"
)
_UTC_OFFSET: Final = re.compile(_OFFSET)
_LEAST_OFFSET, _GREATEST_OFFSET = -12 * HOUR, 14 * HOUR


class Moment(NamedTuple):
    """A date and time of day."""

    #: Nanoseconds, by the clock on the wall.
    local: int
    #: Nanoseconds east of UTC; None where the value does not say.
    offset: int | None


class Span(NamedTuple):
    """What a DT leaves open: all moments from its first on, up to but without its end."""

    #: Nanoseconds, by the clock on the wall.
    first: int
    end: int
    #: Nanoseconds east of UTC; None where the value does not say.
    offset: int | None
    #: What it has, of "YYYYMMDDHHMMSS".
    digits: int

    @property
    def has_day(self) -> bool:
        return self.digits >= len("YYYYMMDD")

    @property
    def has_hour(self) -> bool:
        return self.digits >= len("YYYYMMDDHH")

    @property
    def has_seconds(self) -> bool:
        return self.digits == len("YYYYMMDDHHMMSS")


# A series has few different dates, and often only one time for each bed position.
@lru_cache(maxsize=1024)
def date_of(text: str) -> int | None:
    """Midnight of a DA, ``YYYYMMDD``; None for anything else, including the ACR-NEMA form."""
    match = _DA.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).toordinal() * DAY
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def time_of(text: str) -> int | None:
    """The time since midnight of a TM, ``HH[MM[SS[.F]]]``; None for anything else."""
    match = _TM.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction = match.groups()
    whole = int(hour) * 3600 + int(minute or 0) * 60 + int(second or 0)
    # ".05" is 50 ms: leading zeros count.
    return whole * SECOND + int((fraction or "").ljust(9, "0"))


@lru_cache(maxsize=1024)
def moment_of(text: str) -> Moment | None:
    """A DT with at least the hour, ``YYYYMMDDHH[MM[SS[.F]]][&ZZXX]``; None for anything else."""
    match = _DT.fullmatch(text)
    if match is None:
        return None
    day, time = date_of(match[1]), time_of(match[5])
    if day is None or time is None:
        return None
    if match[10] is None:
        return Moment(day + time, None)
    offset = offset_of(match[10])
    return None if offset is None else Moment(day + time, offset)


def span_of(text: str) -> Span | None:
    """A DT, which may end anywhere behind its year (PS3.5 6.2); None for anything else."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    written, offset = match["digits"], match["offset"] or ""
    fraction = text[len(written) : len(text) - len(offset)]
    first = moment_of(f"{(written + '0101000000'[len(written) - 4 :])}{fraction}{offset}")
    if first is None or (fraction and len(written) < len("YYYYMMDDHHMMSS")):
        return None
    return Span(first.local, _end(first.local, len(written)), first.offset, len(written))


def _end(first: int, digits: int) -> int:
    if digits >= len("YYYYMMDD"):
        return first + (DAY, HOUR, 60 * SECOND, 1)[(digits - len("YYYYMMDD")) // 2]
    begins = date.fromordinal(first // DAY)
    month = begins.month if digits == len("YYYYMM") else 12
    last = begins.replace(month=month, day=monthrange(begins.year, month)[1])
    return (last.toordinal() + 1) * DAY


def offset_of(text: str) -> int | None:
    """The nanoseconds east of UTC of ``&ZZXX``, from -1200 to +1400; None for anything else."""
    match = _UTC_OFFSET.fullmatch(text)
    if match is None or text == "-0000":
        return None
    offset = int(match[2]) * HOUR + int(match[3]) * 60 * SECOND
    if match[1] == "-":
        offset = -offset
    return offset if _LEAST_OFFSET <= offset <= _GREATEST_OFFSET else None


def seconds(nanoseconds: int) -> float:
    """A duration in s."""
    return nanoseconds / SECOND


def readable_moment(local: int) -> str:
    """A moment for people: ``2026-06-01 11:49:46.2``, or the time alone of one around `NO_DAY`."""
    day, time = divmod(local, DAY)
    try:
        moment = datetime.fromordinal(day) + timedelta(microseconds=time // 1000)
    except (OverflowError, ValueError):
        return "a day outside the calendar"
    written = moment.isoformat(" ")
    written = written.rstrip("0")[:23] if "." in written else written
    return written if abs(local - NO_DAY) > 2 * DAY else written.partition(" ")[2]
