"""The values behind the factors of a series, in the units in which people check them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from .suv.dicom_time import moment_of, readable_moment
from .suv.given import with_given
from .suv.notes import Notes, Refusal
from .suv.nuclides import name_of_nuclide
from .suv.plausibility import dose_in_becquerel

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from metaprov_modules import Note

    from .suv.factors import SeriesScaling
    from .suv.given import Given
    from .suv.headers.header import PetHeader
    from .suv.inputs import Inputs

__all__ = ["SeriesInputs", "inputs_of", "shared"]

_Value = TypeVar("_Value", bound="Hashable")


class SeriesInputs(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What the factors of a series were computed from; None where they needed no such value.

    What differs between images is the least and the greatest value, or the first and the last.
    """

    #: In kg.
    weight: float | None
    #: In m.
    height: float | None
    #: PatientSex (0010,0040).
    sex: str | None
    #: "F-18", say.
    nuclide: str | None
    #: In s.
    half_life: float | None
    #: What was administered, in Bq.
    dose: float | None
    #: When it was, ``YYYY-MM-DD HH:MM:SS``; as written where that is no such time.
    administered: str | None
    #: What decay is corrected to, alike.
    reference: tuple[str, str] | None = None
    #: From the administration to the reference, in minutes.
    uptake_minutes: tuple[float, float] | None = None
    #: What was left of the dose at the reference, in Bq.
    dose_left: tuple[float, float] | None = None


def inputs_of(
    outcome: SeriesScaling | Refusal, headers: Sequence[PetHeader], given: Given | None
) -> tuple[SeriesInputs, tuple[Note, ...]]:
    """What the factors were computed from; where there are none, what is known and may be wrong.

    Of the latter, notes tell which values are given.
    """
    if isinstance(outcome, Refusal) or outcome.inputs is None:
        notes = Notes(repairs=True)
        return _stated(with_given(headers, given, notes) if headers else ()), notes.in_order
    return _used(outcome.inputs), ()


def shared(values: Iterable[_Value | None]) -> _Value | None:
    """The value that all images have; None where they differ, or there are none."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def _used(inputs: Inputs) -> SeriesInputs:
    administered, references = inputs.administered, inputs.references
    return SeriesInputs(
        weight=inputs.weight,
        height=inputs.height,
        sex=inputs.sex,
        nuclide=inputs.nuclide,
        half_life=inputs.half_life,
        dose=inputs.dose,
        administered=None if administered is None else readable_moment(administered),
        reference=(readable_moment(min(references)), readable_moment(max(references)))
        if references
        else None,
        uptake_minutes=_range([uptake / 60 for uptake in inputs.uptakes]),
        dose_left=_range(inputs.doses_left),
    )


def _range(values: Sequence[float]) -> tuple[float, float] | None:
    return (min(values), max(values)) if values else None


def _stated(headers: Sequence[PetHeader]) -> SeriesInputs:
    return SeriesInputs(
        weight=shared(header.patient_weight for header in headers),
        height=shared(header.patient_size for header in headers),
        sex=shared(header.patient_sex for header in headers),
        nuclide=shared(name_of_nuclide(header.nuclide) for header in headers),
        half_life=shared(header.half_life for header in headers),
        dose=shared(dose_in_becquerel(header) for header in headers),
        administered=shared(
            _readable(header.start_datetime) or header.start_time for header in headers
        ),
    )


def _readable(datetime: str | None) -> str | None:
    moment = None if datetime is None else moment_of(datetime)
    # The clock on the wall: which offset counts is for the rules to say.
    return datetime if moment is None else readable_moment(moment.local)
