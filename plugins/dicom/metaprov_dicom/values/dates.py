"""Dates and times as DICOM writes them (PS3.5 6.2), of the objects that people set them to."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

__all__ = ["written"]


def written(vr: str, value: date | time) -> str:
    """A date, a time or a datetime as an element of a VR has it: ``20240102030405.500000+0100``.

    Of a datetime, an element of dates has the date, and one of times the time. What pydicom read is
    written as it was.
    """
    original = getattr(value, "original_string", None)
    if isinstance(original, str) and _is_as_read(vr, value, original):
        return original
    if isinstance(value, datetime):
        return {"DA": _date, "TM": _time}.get(vr, _datetime)(value)
    return _time(value) if isinstance(value, time) else _date(value)


def _is_as_read(vr: str, value: date | time, original: str) -> bool:
    if isinstance(value, datetime):
        return vr not in _OF_A_PART
    # pydicom's date of a date of the year 999 is 9990102.
    return isinstance(value, time) or original.startswith(f"{value.year:04}")


#: The VRs that have a part of a datetime.
_OF_A_PART: Final = ("DA", "TM")


def _date(value: date) -> str:
    return f"{value.year:04}{value.month:02}{value.day:02}"


def _time(value: time | datetime) -> str:
    text = f"{value.hour:02}{value.minute:02}{value.second:02}"
    return f"{text}.{value.microsecond:06}" if value.microsecond else text


def _datetime(value: datetime) -> str:
    return _date(value) + _time(value) + value.strftime("%z")[:5]
