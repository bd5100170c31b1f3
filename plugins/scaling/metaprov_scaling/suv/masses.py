"""Rule 4: the masses, and the surface, that normalise activity.

Sources: DICOM PS3.3 C.8.9.1.1.3 and CID 85 (SUV types), the IBSI SUV manual, James 1976,
Janmahasatian 2005, Du Bois 1916.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .headers.header import named
from .plausibility import plausible_height, plausible_weight

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_modules import SuvKind

    from .headers.header import PetHeader
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


class Formula(NamedTuple):
    """A mass by weight in kg and height in m."""

    #: In g.
    mass: Callable[[float, float], float]
    #: Why it says nothing about such a body; None where it holds.
    beyond: Callable[[float, float], str | None] = lambda _, __: None


def james(linear: float, quadratic: float) -> Formula:
    """Lean body mass; for men, PS3.3 has 120 in place of James' 128.

    Its parabola has a maximum, behind which it would fall with the weight.
    """

    def beyond(w: float, h: float) -> str | None:
        heaviest = linear / (2 * quadratic) * (100 * h) ** 2
        return f"it falls with the weight from {heaviest:.3g} kg on" if w > heaviest else None

    return Formula(lambda w, h: 1000 * (linear * w - quadratic * (w / (100 * h)) ** 2), beyond)


def janmahasatian(constant: float, slope: float) -> Formula:
    """Lean body mass by body mass index; it has no maximum."""
    return Formula(lambda w, h: 1000 * 9270 * w / (constant + slope * w / h**2))


def ideal_weight(constant: float, slope: float) -> Formula:
    """Ideal body weight, of adults from 152 cm on."""
    return Formula(
        lambda _, h: 1000 * (constant + slope * (100 * h - 152)),
        lambda _, h: "it is made for a height from 152 cm on" if h < 1.52 else None,
    )


#: The masses that differ between men and women.
_BY_SEX: Final[dict[SuvKind, dict[str, Formula]]] = {
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
        used = [formulas[formula] for formula in _SEXES[sex]]
        mass = sum(formula.mass(weight, height) for formula in used) / len(used)
        of_whom = f"{weight:g} kg and {height:g} m"
        if mass <= 0:
            sentence = f"the formula of {kind} gives no mass for {of_whom}"
            notes.add("massNotPositive", "PatientSize", sentence)
            continue
        known[kind] = mass
        for beyond in dict.fromkeys(formula.beyond(weight, height) for formula in used):
            if beyond is not None:
                sentence = f"the formula of {kind} does not fit {of_whom}: {beyond}"
                notes.add("massBeyondFormula", "PatientWeight/PatientSize", sentence)
    return known
