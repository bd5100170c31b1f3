"""Values that are known from the chart: they take the place of those of the headers."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from .dicom_time import moment_of, time_of
from .headers.header import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .headers.header import PetHeader
    from .notes import Notes

__all__ = ["Given", "with_given"]

_INJECTED: Final = re.compile(
    r"(?:([0-9]{4})-?([0-9]{2})-?([0-9]{2})[T ]?)?([0-9]{2}|[0-9](?=:)):?([0-9]{2})"
    r"(?::?([0-9]{2})(\.[0-9]{1,6})?)?"
)


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about one examination, and counts more than its headers; None: nothing.

    Raises ValueError for a number that is not greater than 0, or what is no time.

    >>> from metaprov_scaling import Given
    >>> Given(weight=70, injected="2026-06-01 10:00").injected
    '202606011000'
    """

    #: In kg.
    weight: float | None = None
    #: In m.
    height: float | None = None
    #: What was administered, in Bq.
    dose: float | None = None
    #: When it was, by the clock of the scanner: ``"2026-06-01 10:00"``, or only ``"10:00"``, whose
    #: day is assumed as that of a RadiopharmaceuticalStartTime is; seconds and separators are
    #: optional. It is kept as a DT or TM of DICOM.
    injected: str | None = None

    def __post_init__(self) -> None:
        for name, unit in _UNITS.items():
            value = getattr(self, name)
            if value is not None and not _is_positive(value):
                raise ValueError(f"{name} is {value!r:.60}, not a number of {unit} greater than 0")
        if self.injected is not None:
            msgspec.structs.force_setattr(self, "injected", _as_dicom(self.injected))


class _Place(NamedTuple):
    """Where a header has a value that can be given."""

    keyword: str
    field: str
    unit: str


_PLACES: Final = {
    "weight": _Place("PatientWeight", "patient_weight", "kg"),
    "height": _Place("PatientSize", "patient_size", "m"),
    "dose": _Place("RadionuclideTotalDose", "dose", "Bq"),
}
_UNITS: Final = {name: place.unit for name, place in _PLACES.items()}


def _is_positive(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 < value < math.inf


def _as_dicom(injected: object) -> str:
    """A DT with the minute, or a TM. Raises ValueError for anything else."""
    match = _INJECTED.fullmatch(injected.strip()) if isinstance(injected, str) else None
    year, month, day, hour, *rest = match.groups("") if match else ("",) * 4
    text = "".join((year, month, day, hour.zfill(2), *rest))
    is_legal = (
        match is not None and (time_of(text) if match[1] is None else moment_of(text)) is not None
    )
    if not is_legal:
        raise ValueError(
            f"injected is {injected!r:.60}, not a date and time, or a time: 2026-06-01 10:00, "
            "202606011000, 10:00"
        )
    return text


def with_given(
    headers: Sequence[PetHeader], given: Given | None, notes: Notes
) -> Sequence[PetHeader]:
    """The headers with the given values in place of their own; a note names each of them."""
    if given is None:
        return headers
    replaced: dict[str, Any] = {}
    for name, (keyword, field, unit) in _PLACES.items():
        value = getattr(given, name)
        if value is not None:
            replaced[field] = float(value)
            found = {getattr(header, field) for header in headers}
            notes.add("given", keyword, f"{named(keyword)} is given: {value:g} {unit}{_not(found)}")
    if given.injected is not None:
        # As a TM it has 6 digits at most before a fraction, as a DT 12 at least.
        is_time = len(given.injected.partition(".")[0]) <= len("HHMMSS")
        replaced |= {"start_datetime": None, "start_time": None, "ge_start": None}
        replaced["start_time" if is_time else "start_datetime"] = given.injected
        keyword = f"RadiopharmaceuticalStart{'Time' if is_time else 'DateTime'}"
        found = {header.start_datetime or header.start_time for header in headers}
        notes.add("given", keyword, f"{named(keyword)} is given: {given.injected}{_not(found)}")
    return [_with(header, replaced) for header in headers]


def _with(header: PetHeader, replaced: dict[str, Any]) -> PetHeader:
    """A header with other values; a given dose is in Bq in Enhanced PET, too."""
    if "dose" in replaced:
        replaced = {**replaced, "is_dose_in_megabecquerel": False}
    return header._replace(**replaced)


def _not(found: set[float | None] | set[str | None]) -> str:
    """What a given value is used in place of."""
    if found == {None}:
        return ""
    if len(found) > 1:
        return ", in place of what the headers have, which differ"
    (value,) = found
    return f", in place of {value if isinstance(value, str) else format(value, 'g')}"
