"""From the headers of a series to its factors: the rules, in the order of their reasons.

Nothing is read or asked here: the same headers always give the same factors, whatever their order.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from metaprov_modules import ScalingModule

from .given import with_given
from .headers.header import named
from .headers.sop_classes import may_be_pet
from .inputs import Inputs
from .masses import masses, patient
from .notes import Notes, Refusal, Refused
from .nuclides import name_of_nuclide
from .plausibility import check_vendor_factors, plausible_dose, plausible_half_life
from .series import (
    SET_ASIDE,
    check_corrections,
    check_rescale,
    check_series,
    note_what_is_missing,
)
from .times.administration import administration, uptakes
from .times.decay import References, frame_references, series_reference
from .times.scan import check_administration, check_decay_factors
from .units import is_weight_needed, measured

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metaprov_modules import SuvKind

    from .given import Given
    from .headers.header import PetHeader
    from .masses import Patient

__all__ = ["SeriesScaling", "scale_series"]


class SeriesScaling(NamedTuple):
    """The factors of a series."""

    #: One for each header, in their order; equal modules are one object. An image of a class that
    #: is none of PET has a reason.
    modules: tuple[ScalingModule | Refusal, ...]
    #: What decay is corrected to; None where it does not matter: for pixels that are SUV, or ADMIN.
    references: References | None
    #: What the factors were computed from.
    inputs: Inputs


def scale_series(
    headers: Sequence[PetHeader],
    *,
    repairs: bool = True,
    without_header: int = 0,
    unreadable: int = 0,
    of_folder: bool = False,
    given: Given | None = None,
) -> SeriesScaling | Refusal:
    """The factors of all images of one PET series, or the first reason why there are none.

    ``without_header`` is the number of images of the series whose header could not be had, and
    ``unreadable`` of those that could not be read; ``of_folder`` tells that the series may have
    images outside of the folder of these. ``given`` are values that are known better than from the
    headers. Without ``repairs`` no value is repaired or assumed: the factors that need one are not
    given, and where none is left that is the reason. Raises ValueError where there is no header.
    """
    if not headers:
        raise ValueError("a series has at least one image")
    notes = Notes(repairs=repairs)
    of_pet: Sequence[PetHeader] = [header for header in headers if may_be_pet(header.sop_class_uid)]
    if not of_pet:
        return SET_ASIDE
    try:
        of_pet = with_given(of_pet, given, notes)
        check_series(of_pet, notes)
        note_what_is_missing(
            notes,
            set_aside=len(headers) - len(of_pet),
            without_header=without_header,
            unreadable=unreadable,
            of_folder=of_folder,
        )
        scaling = _scaled(of_pet, notes)
    except Refused as refused:
        return refused.refusal
    if len(of_pet) == len(headers):
        return scaling
    modules = iter(scaling.modules)
    return scaling._replace(
        modules=tuple(
            [next(modules) if may_be_pet(header.sop_class_uid) else SET_ASIDE for header in headers]
        )
    )


def _scaled(headers: Sequence[PetHeader], notes: Notes) -> SeriesScaling:
    check_corrections(headers[0], notes)
    who = patient(headers[0], notes, weight_needed=is_weight_needed(headers))
    pixels = measured(headers)
    check_rescale(headers, notes)
    by_kind = masses(who, notes)
    inputs = Inputs(*who)
    if pixels.suv is not None:
        modules = _modules(pixels.suv, pixels.factors, by_kind, notes)
        return SeriesScaling(modules, None, inputs)
    doses, references, inputs = _decayed_doses(headers, who, notes)
    to_suv = [by_kind["suvbw"] / dose for dose in doses]
    check_vendor_factors(headers, to_suv, notes)
    factors = [f * activity for f, activity in zip(to_suv, pixels.factors, strict=True)]
    return SeriesScaling(_modules("suvbw", factors, by_kind, notes), references, inputs)


def _decayed_doses(
    headers: Sequence[PetHeader], who: Patient, notes: Notes
) -> tuple[list[float], References | None, Inputs]:
    """Rules 5 and 6: what is left of the dose at the reference time of each image, in Bq."""
    dose = plausible_dose(headers[0], who.weight or 0, notes)
    inputs = Inputs(*who, dose=dose, nuclide=name_of_nuclide(headers[0].nuclide))
    correction = headers[0].decay_correction
    if correction == "ADMIN":
        return [dose] * len(headers), None, inputs._replace(doses_left=(dose,))
    find_references = _REFERENCES.get(correction or "")
    if find_references is None:
        found = "missing" if correction is None else f"{correction!r}, not NONE, START or ADMIN"
        raise Refused("DecayCorrection", f"{named('DecayCorrection')} is {found}")
    half_life = plausible_half_life(headers, notes)
    references = find_references(headers, half_life, notes)
    start = administration(headers, references, half_life, notes)
    since = uptakes(start, references.times, half_life, notes)
    check_administration(headers, references, start, notes)
    if correction == "START":
        check_decay_factors(headers, references, half_life, notes)
    doses = [dose * 2 ** (-uptake / half_life) for uptake in since]
    inputs = inputs._replace(
        half_life=half_life,
        administered=start.moment,
        references=references.times,
        uptakes=tuple(since),
        doses_left=tuple(doses),
    )
    return doses if len(doses) == len(headers) else doses * len(headers), references, inputs


_REFERENCES: dict[str, Callable[[Sequence[PetHeader], float, Notes], References]] = {
    "NONE": frame_references,
    "START": series_reference,
}


def _modules(
    given: SuvKind,
    factors: Sequence[float],
    by_kind: dict[SuvKind, float],
    notes: Notes,
) -> tuple[ScalingModule, ...]:
    """A module for each factor of the given kind; the other kinds follow from their masses."""
    distinct = {factor: _module(given, factor, by_kind, notes) for factor in set(factors)}
    return tuple([distinct[factor] for factor in factors])


def _module(
    given: SuvKind, factor: float, by_kind: dict[SuvKind, float], notes: Notes
) -> ScalingModule:
    if not 0 < factor < math.inf:
        raise Refused(
            "(7053,1009)", f"(7053,1009) makes the factor {factor:g}, which cannot scale anything"
        )
    all_kinds: dict[SuvKind, float] = {}
    if given in by_kind:
        all_kinds = {kind: factor * (mass / by_kind[given]) for kind, mass in by_kind.items()}
    all_kinds[given] = factor
    usable = {kind: each for kind, each in all_kinds.items() if 0 < each < math.inf}
    return ScalingModule(
        suvbw=usable.get("suvbw"),
        suvlbm=usable.get("suvlbm"),
        suvlbm_james128=usable.get("suvlbm_james128"),
        suvlbm_janma=usable.get("suvlbm_janma"),
        suvbsa=usable.get("suvbsa"),
        suvibw=usable.get("suvibw"),
        repaired=notes.repaired,
        notes=notes.in_order,
    )
