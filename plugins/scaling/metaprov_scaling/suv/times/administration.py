"""Rule 6: when the tracer was given, and how long that was before the reference time.

Sources: QIBA SUV pseudo-code ("consider spanning midnight"); IBSI SUV manual, for the limits of the
uptake and for shifted dates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_scaling.suv.dicom_time import (
    DAY,
    SECOND,
    moment_of,
    readable_moment,
    seconds,
    time_of,
)
from metaprov_scaling.suv.headers.header import named
from metaprov_scaling.suv.notes import Refused

from .uptake_limits import DOUBTFUL, DOUBTFUL_LONG_LIVED, LEAST, LONG_LIVED, MOST
from .witnesses import DATETIME, TIME, nearest_before, start_of_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_scaling.suv.headers.header import PetHeader
    from metaprov_scaling.suv.notes import Notes

    from .decay import References

__all__ = ["Administration", "administration", "uptakes"]

_GE: Final = "(0009,103B)"


class Administration(NamedTuple):
    """When the tracer was given."""

    #: Nanoseconds, in the clock of the series.
    moment: int
    #: The attribute that it was read from.
    attribute: str

    @property
    def attribute_and_subject(self) -> tuple[str, str]:
        """The attribute at fault for an implausible start, and the subject of a sentence on it."""
        if self.attribute == DATETIME:
            return DATETIME, named(DATETIME)
        return DATETIME, f"{named(DATETIME)} is missing, and {named(self.attribute)}"


def administration(
    headers: Sequence[PetHeader], references: References, half_life: float, notes: Notes
) -> Administration:
    """When the tracer was given. Raises Refused where no attribute says so."""
    header, earliest = headers[0], min(references.times)
    if header.start_datetime is not None:
        start = start_of_datetime(headers, references, half_life, notes)
        if half_life < LONG_LIVED and not LEAST <= earliest - start < DAY:
            start = _with_repaired_date(start, earliest, notes)
        return Administration(start, DATETIME)
    if header.start_time is not None:
        time = time_of(header.start_time)
        if time is None:
            raise Refused(TIME, f"{named(TIME)} is malformed: {header.start_time[:40]!r}")
        start = _with_assumed_day(TIME, time, earliest, half_life)
        notes.add(
            "startDateAssumed",
            DATETIME,
            f"{named(DATETIME)} is missing: {named(TIME)} is assumed to mean "
            f"{readable_moment(start)}",
        )
        return Administration(start, TIME)
    private = _clock_of_ge(headers)
    if private is None:
        both = f"{DATETIME}/{TIME}"
        raise Refused(both, f"{both}: {named(DATETIME)} and {named(TIME)} are missing")
    start = _with_assumed_day(_GE, private, earliest, half_life)
    notes.add(
        "privateStartAssumed",
        _GE,
        f"{named(DATETIME)} and {named(TIME)} are missing: the time of day of GE's {_GE} is "
        f"assumed to mean {readable_moment(start)}",
    )
    return Administration(start, _GE)


def _with_repaired_date(start: int, reference: int, notes: Notes) -> int:
    """De-identification shifts dates, and not always all by as many days; times of day stay."""
    repaired = nearest_before(start % DAY, reference)
    days = (repaired - start) // DAY
    notes.add(
        "startDateRepaired",
        DATETIME,
        f"{named(DATETIME)} is {readable_moment(start)}, {days:+d} days from a plausible uptake: "
        "only its time of day is used",
    )
    return repaired


def _with_assumed_day(attribute: str, time: int, reference: int, half_life: float) -> int:
    """A time of day alone is enough where the half-life is short."""
    if half_life >= LONG_LIVED:
        raise Refused(
            DATETIME,
            f"{named(DATETIME)} is missing, and with a half-life of {half_life:g} s the date of "
            f"{named(attribute)} cannot be known",
        )
    return nearest_before(time, reference)


def _clock_of_ge(headers: Sequence[PetHeader]) -> int | None:
    """The time of day that all images have in GE's private attribute."""
    moments = {None if text is None else moment_of(text) for text in {h.ge_start for h in headers}}
    if len(moments) > 1:
        raise Refused(_GE, f"{_GE} differs between the images of the series")
    moment = moments.pop()
    return None if moment is None else moment.local % DAY


def uptakes(
    given: Administration, references: Sequence[int], half_life: float, notes: Notes
) -> list[float]:
    """The time from administration to each reference, in s. Raises Refused for implausible ones."""
    attribute, subject = given.attribute_and_subject
    least, greatest = min(references) - given.moment, max(references) - given.moment
    if least < LEAST:
        raise Refused(
            attribute,
            f"{subject} is {seconds(-least):.0f} s after the time that decay is corrected to; "
            f"at most {seconds(-LEAST):.0f} s are accepted",
        )
    half_lives = greatest / SECOND / half_life
    sentence = (
        f"{subject} is {half_lives:.4g} half-lives before the time that decay is corrected to"
    )
    if half_lives > MOST:
        raise Refused(attribute, f"{sentence}; at most {MOST} are accepted")
    if half_lives > (DOUBTFUL if half_life < LONG_LIVED else DOUBTFUL_LONG_LIVED):
        notes.add("longUptake", attribute, sentence)
    return [seconds(reference - given.moment) for reference in references]
