"""What the factors of an image rest on, as `explain` tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_modules import KINDS

from .series_inputs import inputs_of
from .suv.headers.header import named
from .suv.headers.sop_classes import ENHANCED_PET
from .suv.notes import Refusal
from .suv.units import measured

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metaprov_modules import Note, SuvKind

    from .scaled_series import ScaledSeries
    from .series_inputs import SeriesInputs
    from .suv.headers.header import PetHeader
    from .suv.units import Measured

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
#: The attributes of each value, as notes name them; any other is one of the reference time.
_ATTRIBUTES: Final[Mapping[str, str]] = {
    "PatientWeight": "weight",
    "PatientSize": "height",
    "RadionuclideTotalDose": "dose",
    "RadionuclideHalfLife": "half-life",
    "RadiopharmaceuticalStartDateTime": "administered",
    "RadiopharmaceuticalStartTime": "administered",
    "(0009,103B)": "administered",
}
_REFERENCE: Final = "decay corrected to"


def origins_of_factors(series: ScaledSeries, place: int | None) -> dict[str, list[str]]:
    """What each kind of factor of one image rests on.

    That is what its pixels are, the values as the rules used them, and the rule of time. Values
    that are not the header's are said to be given, repaired or assumed.
    """
    answer = series.at(place)
    if place is None or isinstance(series.outcome, Refusal) or isinstance(answer, Refusal):
        return {}
    header = list(series.places)[place].header
    pixels = measured(series.headers)
    inputs, _ = inputs_of(series.outcome, (), None)
    of_pixels, marks = _of_pixels(header, pixels), _marks(answer.notes)
    references = series.outcome.references
    rule = None if references is None else references.rule
    activity = _of_activity(inputs, rule, marks) if pixels.suv is None else []
    return {
        kind: [*of_pixels, *_of_mass(kind, pixels.suv, inputs, marks), *activity] for kind in KINDS
    }


def _marks(notes: Iterable[Note]) -> dict[str, str]:
    """What to say after each value that is not the header's: ", given", ", assumed"."""
    marks: dict[str, dict[str, None]] = {}
    for note in notes:
        word = note.code if note.code == "given" else note.severity
        if word in ("given", "repaired", "assumed"):
            marks.setdefault(_ATTRIBUTES.get(note.attribute, _REFERENCE), {})[word] = None
    return {name: "".join(f", {word}" for word in words) for name, words in marks.items()}


def _of_pixels(header: PetHeader, pixels: Measured) -> list[str]:
    """Their units, with what those leave open: the kind of SUV, or Philips' factor of counts."""
    is_enhanced = header.sop_class_uid == ENHANCED_PET
    keyword = "RealWorldValueMappingSequence" if is_enhanced else "Units"
    units = f"{named(keyword)} {header.units}"
    if header.units == "CNTS" and pixels.suv is not None:
        return [units, f"Philips (7053,1000) {header.suv_scale_factor or 0:g}"]
    if header.units == "CNTS":
        return [units, f"Philips (7053,1009) {header.activity_scale_factor or 0:g}"]
    if pixels.suv is None or is_enhanced:
        return [units]
    type_ = named("SUVType")
    return [units, f"{type_} {header.suv_type}" if header.suv_type else f"no {type_}: {pixels.suv}"]


def _of_mass(
    kind: SuvKind, of_pixels: SuvKind | None, inputs: SeriesInputs, marks: Mapping[str, str]
) -> list[str]:
    """What a mass rests on; of pixels that are SUV of another kind, both masses."""
    if kind == of_pixels:
        return []
    names = (*_MASSES[kind], *(_MASSES[of_pixels] if of_pixels else ()))
    values = ((name, getattr(inputs, name)) for name in dict.fromkeys(names))
    return [
        f"{name} {value if isinstance(value, str) else format(value, 'g')}{_UNITS[name]}"
        f"{marks.get(name, '')}"
        for name, value in values
        if value is not None
    ]


def _of_activity(inputs: SeriesInputs, rule: str | None, marks: Mapping[str, str]) -> list[str]:
    """The dose, and what is left of it when; without ``rule`` its decay does not matter."""
    phrases = {"dose": f"dose {(inputs.dose or 0) / 1e6:g} MBq"}
    if rule is not None:
        if inputs.half_life is not None:
            phrases["half-life"] = f"half-life {inputs.half_life:g} s"
        if inputs.administered is not None:
            phrases["administered"] = f"administered {inputs.administered}"
        if inputs.reference is not None:
            times = " to ".join(dict.fromkeys(inputs.reference))
            phrases[_REFERENCE] = f"{_REFERENCE} {times}, by rule {rule}"
    told = [f"{phrase}{marks.get(name, '')}" for name, phrase in phrases.items()]
    return told if rule is not None else [*told, f"{named('DecayCorrection')} ADMIN"]
