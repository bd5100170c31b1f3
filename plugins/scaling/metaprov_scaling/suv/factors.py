"""From the headers of a series to its factors: the rules, in the order of their reasons.

Nothing is read or asked here: the same headers always give the same factors, whatever their order.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from metaprov_modules import ScalingModule

from .administration import uptakes
from .decay import References, frame_references, series_reference
from .dicom_time import SECOND
from .given import with_given
from .header import named
from .inputs import Inputs
from .masses import masses, patient
from .notes import Notes, Refusal, Refused
from .plausibility import check_vendor_factors, plausible_dose, plausible_half_life
from .series import check_corrections, check_series, note_what_is_missing
from .units import is_weight_needed, measured

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metaprov_modules import SuvKind

    from .given import Given
    from .header import PetHeader

__all__ = ["SeriesScaling", "scale_series"]


class SeriesScaling(NamedTuple):
    """The factors of a series."""

    #: One for each header, in their order; equal modules are one object.
    modules: tuple[ScalingModule | Refusal, ...]
    #: What decay is corrected to; None where it does not matter: for pixels that are SUV, or ADMIN.
    references: References | None
    #: What the factors were computed from.
    inputs: Inputs | None = None


def scale_series(
    headers: Sequence[PetHeader],
    *,
    repairs: bool = True,
    without_header: int = 0,
    of_folder: bool = False,
    given: Given | None = None,
) -> SeriesScaling | Refusal:
    """The factors of all images of one PET series, or the first reason why there are none.

    ``without_header`` is the number of images of the series whose header could not be had;
    ``of_folder`` tells that the series may have images outside of the folder of these; ``given``
    are values that count more than those of the headers, and are repaired as those are. Without
    ``repairs`` no value is repaired or assumed: the factors that need one are not given, and where
    none is left that is the reason. Raises ValueError where there is no header.
    """
    if not headers:
        raise ValueError("a series has at least one image")
    notes = Notes(repairs=repairs)
    try:
        headers = with_given(headers, given, notes)
        return _scaled(headers, notes, without_header=without_header, of_folder=of_folder)
    except Refused as refused:
        return refused.refusal


def _scaled(
    headers: Sequence[PetHeader], notes: Notes, *, without_header: int, of_folder: bool
) -> SeriesScaling:
    check_series(headers, notes)
    note_what_is_missing(notes, without_header=without_header, of_folder=of_folder)
    check_corrections(headers[0], notes)
    who = patient(headers[0], notes, weight_needed=is_weight_needed(headers))
    pixels = measured(headers)
    by_kind = masses(who, notes)
    if pixels.suv is not None:
        modules = _modules(pixels.suv, pixels.factors, by_kind, notes)
        return SeriesScaling(modules, None, Inputs(who.weight, who.height, who.sex))
    inputs, references = _decayed_doses(headers, notes)
    doses = inputs.doses_left
    doses = doses if len(doses) == len(headers) else doses * len(headers)
    to_suv = [by_kind["suvbw"] / dose for dose in doses]
    check_vendor_factors(headers, to_suv, notes)
    factors = [f * activity for f, activity in zip(to_suv, pixels.factors, strict=True)]
    inputs = inputs._replace(weight=who.weight, height=who.height, sex=who.sex)
    return SeriesScaling(_modules("suvbw", factors, by_kind, notes), references, inputs)


def _decayed_doses(headers: Sequence[PetHeader], notes: Notes) -> tuple[Inputs, References | None]:
    """Rules 5 and 6: what is left of the dose at the reference time of each image, in Bq."""
    nuclide = headers[0].nuclide
    called = None if nuclide is None else nuclide.called
    dose = plausible_dose(headers[0].dose, notes)
    correction = headers[0].decay_correction
    if correction == "ADMIN":
        return Inputs(dose=dose, doses_left=(dose,), nuclide=called), None
    find_references = _REFERENCES.get(correction or "")
    if find_references is None:
        found = "missing" if correction is None else f"{correction!r}, not NONE, START or ADMIN"
        raise Refused("DecayCorrection", f"{named('DecayCorrection')} is {found}")
    half_life = plausible_half_life(headers[0].half_life)
    references = find_references(headers, half_life, notes)
    since = uptakes(headers, references.times, half_life, notes)
    inputs = Inputs(
        dose=dose,
        doses_left=tuple([dose * 2 ** (-uptake / half_life) for uptake in since]),
        nuclide=called,
        half_life=half_life,
        administered=references.times[0] - round(since[0] * SECOND),
        references=references.times,
        uptakes=tuple(since),
    )
    return inputs, references


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
