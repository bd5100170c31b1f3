"""What the factors of an image rest on, as `explain` tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_modules import KINDS

from .series_inputs import inputs_of
from .suv.headers.header import named
from .suv.notes import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metaprov_modules import SuvKind

    from .series_inputs import SeriesInputs
    from .suv.factors import SeriesScaling

__all__ = ["DOSE_ORIGINS", "origins_of_factors"]

#: Where the fields of an RTDOSE image come from.
DOSE_ORIGINS: Final[Mapping[str, Sequence[str]]] = {
    "dose_grid_scaling": ["DoseGridScaling (3004,000E)"],
    "dose_summation_type": ["DoseSummationType (3004,000A)"],
    "dose_type": ["DoseType (3004,0004)"],
    "dose_units": ["DoseUnits (3004,0002)"],
}

#: What activity is normalised by, for each kind.
_MASSES: Final[Mapping[SuvKind, Sequence[str]]] = {
    "suvbw": ("weight",),
    "suvlbm": ("weight", "height", "sex"),
    "suvlbm_james128": ("weight", "height", "sex"),
    "suvlbm_janma": ("weight", "height", "sex"),
    "suvbsa": ("weight", "height"),
    "suvibw": ("height", "sex"),
}
_UNITS: Final = {"weight": " kg", "height": " m", "sex": ""}


def origins_of_factors(outcome: SeriesScaling | Refusal) -> dict[str, list[str]]:
    """What each kind of factor rests on: values as the rules used them, and the rule of time."""
    if isinstance(outcome, Refusal):
        return {}
    inputs, _ = inputs_of(outcome, (), None)
    if inputs.dose is None:
        return {kind: ["pixels that are SUV, by their units or their vendor"] for kind in KINDS}
    rule = None if outcome.references is None else outcome.references.rule
    activity = _of_activity(inputs, rule)
    return {kind: [*_of_mass(kind, inputs), *activity] for kind in KINDS}


def _of_mass(kind: SuvKind, inputs: SeriesInputs) -> list[str]:
    values = ((name, getattr(inputs, name)) for name in _MASSES[kind])
    return [
        f"{name} {value if isinstance(value, str) else format(value, 'g')}{_UNITS[name]}"
        for name, value in values
        if value is not None
    ]


def _of_activity(inputs: SeriesInputs, rule: str | None) -> list[str]:
    """The dose, and what is left of it when; without ``rule`` its decay does not matter."""
    phrases = [f"dose {(inputs.dose or 0) / 1e6:g} MBq"]
    if rule is None:
        return [*phrases, f"{named('DecayCorrection')} ADMIN"]
    if inputs.half_life is not None:
        phrases.append(f"half-life {inputs.half_life:g} s")
    if inputs.administered is not None:
        phrases.append(f"administered {inputs.administered}")
    if inputs.reference is not None:
        times = " to ".join(dict.fromkeys(inputs.reference))
        phrases.append(f"decay corrected to {times}, by rule {rule}")
    return phrases
