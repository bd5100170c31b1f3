"""The times of a series in one clock (rule 8), or the reason why a value is not a time.

Source: DICOM PS3.5 6.2 (DA, TM, DT), PS3.3 C.12.1.1.8 (TimezoneOffsetFromUTC).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from metaprov_scaling.suv.dicom_time import date_of, moment_of, offset_of, span_of, time_of
from metaprov_scaling.suv.headers.header import named
from metaprov_scaling.suv.notes import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_scaling.suv.dicom_time import Moment
    from metaprov_scaling.suv.headers.header import PetHeader
    from metaprov_scaling.suv.notes import Notes

__all__ = [
    "SeriesClock",
    "acquisition",
    "date_and_time",
    "in_series_clock",
    "is_gone",
    "moment_in_series_clock",
    "one_timezone",
]


def is_gone(date: str | None) -> bool:
    """Whether de-identification took a date: it is absent, empty, or all zeros."""
    return date is None or not date.strip("0")


def date_and_time(keywords: tuple[str, str], date: str | None, time: str | None) -> int:
    """The moment of a DA and a TM. Raises Refused where one is missing or malformed."""
    day = None if date is None else date_of(date)
    since_midnight = None if time is None else time_of(time)
    if day is not None and since_midnight is not None:
        return day + since_midnight
    fault = _fault(keywords[0], date) if day is None else _fault(keywords[1], time)
    raise Refused("/".join(keywords), f"{'/'.join(keywords)}: {fault}")


class SeriesClock(NamedTuple):
    """A moment of a DT in the clock of the series."""

    local: int
    #: The code of the note that says what became of its UTC offset, and its sentence.
    note: tuple[str, str] | None = None


def acquisition(header: PetHeader, notes: Notes) -> int:
    """When the acquisition of an image began. Raises Refused where it does not say."""
    date, time = header.acquisition_date, header.acquisition_time
    if (is_gone(date) or time is None) and header.acquisition_datetime is not None:
        return moment_in_series_clock(
            "AcquisitionDateTime", header.acquisition_datetime, header.timezone, notes
        )
    if header.has_functional_groups and date is None and time is None:
        keyword = "FrameAcquisitionDateTime"
        raise Refused(keyword, _fault(keyword, None))
    return date_and_time(("AcquisitionDate", "AcquisitionTime"), date, time)


def moment_in_series_clock(keyword: str, text: str, timezone: str | None, notes: Notes) -> int:
    """The moment of a DT, in the clock of the series. Raises Refused where it is malformed."""
    moment = moment_of(text)
    if moment is None:
        raise Refused(keyword, _fault(keyword, text))
    read = in_series_clock(keyword, moment, timezone)
    if read.note is not None:
        code, sentence = read.note
        notes.add(code, keyword, sentence)
    return read.local


def in_series_clock(keyword: str, moment: Moment, timezone: str | None) -> SeriesClock:
    """A moment in the clock of the series. Raises Refused for a timezone that is malformed."""
    if moment.offset is None:
        return SeriesClock(moment.local)
    if timezone is not None:
        of_series = offset_of(timezone)
        if of_series is None:
            raise Refused("TimezoneOffsetFromUTC", _fault("TimezoneOffsetFromUTC", timezone))
        if of_series != moment.offset:
            sentence = (
                f"{named(keyword)} has another UTC offset than "
                f"{named('TimezoneOffsetFromUTC')}: it is converted to the latter"
            )
            local = moment.local - moment.offset + of_series
            return SeriesClock(local, ("movedToTimezone", sentence))
    sentence = f"the UTC offset in {named(keyword)} is ignored"
    return SeriesClock(moment.local, ("utcOffsetIgnored", sentence))


def one_timezone(headers: Sequence[PetHeader], text: str) -> str | None:
    """TimezoneOffsetFromUTC of the series, if a DT has an offset of its own; None otherwise.

    Raises Refused where the images differ in it.
    """
    span = span_of(text)
    if span is None or span.offset is None:
        return None
    timezones = {header.timezone for header in headers}
    if len(timezones) > 1:
        keyword = "TimezoneOffsetFromUTC"
        raise Refused(keyword, f"{named(keyword)} differs between the images of the series")
    return timezones.pop()


def _fault(keyword: str, text: str | None) -> str:
    if text is None:
        return f"{named(keyword)} is missing"
    excerpt = text if len(text) <= 40 else f"{text[:40]}..."
    return f"{named(keyword)} is malformed: {excerpt!r}"
