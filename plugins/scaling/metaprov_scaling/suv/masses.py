"""Rule 4: the masses, and the surface, that normalise activity.

Sources: DICOM PS3.3 C.8.9.1.1.3 and CID 85 (SUV types), the IBSI SUV manual, James 1976,
Janmahasatian 2005, Du Bois 1916.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .header import named
from .plausibility import plausible_height, plausible_weight

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_modules import SuvKind

    from .header import PetHeader
    from .notes import Notes

__all__ = ["Patient", "masses", "patient"]


class Patient(NamedTuple):
    """The patient, as far as known."""

    #: In kg.
    weight: float | None
    #: In m.
    height: float | None
    #: "M", "F", "O"; None for any other value.
    sex: str | None


def james(linear: float, quadratic: float) -> Callable[[float, float], float]:
    """Lean body mass in g; for men, PS3.3 has 120 in place of James' 128."""
    return lambda w, h: 1000 * (linear * w - quadratic * (w / (100 * h)) ** 2)


def janmahasatian(constant: float, slope: float) -> Callable[[float, float], float]:
    """Lean body mass in g, by body mass index."""
    return lambda w, h: 1000 * 9270 * w / (constant + slope * w / h**2)


def ideal_weight(constant: float, slope: float) -> Callable[[float, float], float]:
    """Ideal body weight in g."""
    return lambda _, h: 1000 * (constant + slope * (100 * h - 152))


#: The masses, in g, that differ between men and women, by weight in kg and height in m.
_BY_SEX: Final[dict[SuvKind, dict[str, Callable[[float, float], float]]]] = {
    "suvlbm": {"M": james(1.10, 120), "F": james(1.07, 148)},
    "suvlbm_james128": {"M": james(1.10, 128), "F": james(1.07, 148)},
    "suvlbm_janma": {"M": janmahasatian(6680, 216), "F": janmahasatian(8780, 244)},
    "suvibw": {"M": ideal_weight(48.0, 1.06), "F": ideal_weight(45.5, 0.91)},
}
_SEXES: Final = {"M": ("M",), "F": ("F",), "O": ("M", "F")}


def patient(header: PetHeader, notes: Notes, *, weight_needed: bool) -> Patient:
    """Weight, height and sex; None for each that cannot be used."""
    weight = plausible_weight(header.patient_weight, notes, needed=weight_needed)
    if weight is None:
        return Patient(None, None, None)
    height = plausible_height(header.patient_size, notes)
    sex = header.patient_sex if header.patient_sex in _SEXES else None
    if height is not None and sex is None:
        found = "missing" if header.patient_sex is None else repr(header.patient_sex)
        notes.add(
            "sexMissing",
            "PatientSex",
            f"{named('PatientSex')} is {found}: suvlbm* and suvibw are not given",
        )
    if height is not None and sex == "O":
        notes.add(
            "sexOther",
            "PatientSex",
            f"{named('PatientSex')} is O: suvlbm* and suvibw use the mean of both formulas",
        )
    return Patient(weight, height, sex)


def masses(who: Patient, notes: Notes) -> dict[SuvKind, float]:
    """What activity is normalised by, for each kind that is known: in g, and in cm2 for BSA."""
    weight, height, sex = who
    if weight is None:
        return {}
    known: dict[SuvKind, float] = {"suvbw": 1000 * weight}
    if height is None:
        return known
    known["suvbsa"] = 71.84 * weight**0.425 * (100 * height) ** 0.725
    if sex is None:
        return known
    for kind, formulas in _BY_SEX.items():
        of_each = [formulas[formula](weight, height) for formula in _SEXES[sex]]
        mass = sum(of_each) / len(of_each)
        if mass > 0:
            known[kind] = mass
        else:
            sentence = f"the formula of {kind} gives no mass for {weight:g} kg and {height:g} m"
            notes.add("massNotPositive", "PatientSize", sentence)
    return known
