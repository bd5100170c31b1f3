"""When a series and its images began, also where de-identification took the dates, not the times.

Source: DICOM PS3.15 E.1, by which dates may be emptied or made zeros.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from metaprov_scaling.suv.dicom_time import DAY, NO_DAY, time_of
from metaprov_scaling.suv.headers.header import named
from metaprov_scaling.suv.notes import Refused

from .clock import acquisition, date_and_time, is_gone
from .uptake_limits import LONG_LIVED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_scaling.suv.headers.header import PetHeader
    from metaprov_scaling.suv.notes import Notes

__all__ = ["Begun", "image_times", "series_times"]


class Begun(NamedTuple):
    """When the images of a series began to be acquired."""

    #: Nanoseconds, one for each image.
    acquired: tuple[int, ...]
    #: SeriesDate and SeriesTime; None where they are not there, or not asked for.
    series: int | None
    #: Whether their day is one of the calendar; if not, all are right to each other alone.
    dated: bool = True


def series_times(headers: Sequence[PetHeader], half_life: float, notes: Notes) -> Begun:
    """The times of the series and of its images. Raises Refused where one does not say."""
    header = headers[0]
    keywords = ("SeriesDate", "SeriesTime")
    time = _time_without_date(header.series_date, header.series_time)
    if time is None or half_life >= LONG_LIVED:
        series = date_and_time(keywords, header.series_date, header.series_time)
        return Begun(_acquired(headers, half_life, notes, near=series), series)
    dates = [_time_of_acquisition(each) is None for each in headers]
    if any(dates):
        known = [each for each, has_date in zip(headers, dates, strict=True) if has_date]
        near = min(_acquired(known, half_life, notes, near=None))
        acquired = _acquired(headers, half_life, notes, near=near)
        series = _nearest(time, min(acquired))
        _note_assumed("SeriesDate", notes)
        return Begun(acquired, series)
    _note_any_day("SeriesDate/AcquisitionDate", notes)
    series = NO_DAY + time
    return Begun(_acquired(headers, half_life, notes, near=series), series, dated=False)


def image_times(headers: Sequence[PetHeader], half_life: float, notes: Notes) -> Begun:
    """The times of the images alone. Raises Refused where one does not say."""
    header = headers[0]
    dates = [_time_of_acquisition(each) is None for each in headers]
    if all(dates) or half_life >= LONG_LIVED:
        return Begun(_acquired(headers, half_life, notes, near=None), None)
    known = [each for each, has_date in zip(headers, dates, strict=True) if has_date]
    if known:
        near = min(_acquired(known, half_life, notes, near=None))
        return Begun(_acquired(headers, half_life, notes, near=near), None)
    time = _time_without_date(header.series_date, header.series_time)
    dated = time is None and header.series_date is not None and header.series_time is not None
    if dated:
        near = date_and_time(("SeriesDate", "SeriesTime"), header.series_date, header.series_time)
    else:
        _note_any_day("AcquisitionDate", notes)
        near = NO_DAY + (DAY // 2 if time is None else time)
    return Begun(_acquired(headers, half_life, notes, near=near), None, dated=dated)


def _acquired(
    headers: Sequence[PetHeader], half_life: float, notes: Notes, *, near: int | None
) -> tuple[int, ...]:
    """When each image began; a time without its date on the day that brings it near a moment."""
    begun, refusals = [], []
    for header in headers:
        time = _time_of_acquisition(header)
        try:
            if time is None or near is None or half_life >= LONG_LIVED:
                begun.append(acquisition(header, notes))
            else:
                _note_assumed("AcquisitionDate", notes)
                begun.append(_nearest(time, near))
        except Refused as refused:
            refusals.append(refused)
    if refusals:
        # The same one whatever the order of the images.
        raise min(refusals, key=lambda refused: refused.refusal)
    return tuple(begun)


def _time_of_acquisition(header: PetHeader) -> int | None:
    """The time of an image whose date is gone; None where nothing has to be assumed."""
    if header.acquisition_datetime is not None:
        return None
    return _time_without_date(header.acquisition_date, header.acquisition_time)


def _time_without_date(date: str | None, time: str | None) -> int | None:
    """The time of day, if its date was emptied or zeroed and it was not."""
    return time_of(time) if time is not None and is_gone(date) else None


def _nearest(time_of_day: int, moment: int) -> int:
    """A time of day on the day that puts it within 12 h of a moment."""
    return moment + (time_of_day - moment + DAY // 2) % DAY - DAY // 2


def _note_any_day(keywords: str, notes: Notes) -> None:
    are_missing = " and ".join(map(named, keywords.split("/")))
    notes.add(
        "dateAssumed",
        keywords,
        f"{are_missing} are missing: all times are assumed to be of one day, or of the night to it",
    )


def _note_assumed(keyword: str, notes: Notes) -> None:
    notes.add(
        "dateAssumed",
        keyword,
        f"{named(keyword)} is missing: the day that brings its time next to the other times of "
        "the series is assumed",
    )
