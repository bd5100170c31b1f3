"""Rule 7: values in another unit are recognised by their size; impossible ones are not used.

Sources: IBSI SUV manual (doses in MBq, weights in g), and real headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .headers.header import named
from .notes import Refused
from .nuclides import known_nuclide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .headers.header import PetHeader
    from .notes import Notes
    from .nuclides import Known

__all__ = [
    "check_vendor_factors",
    "dose_in_becquerel",
    "plausible_dose",
    "plausible_half_life",
    "plausible_height",
    "plausible_weight",
]


class Range(NamedTuple):
    """The values that are possible."""

    least: float
    greatest: float
    unit: str

    def has(self, value: float) -> bool:
        """Whether a value is possible."""
        return self.least <= value <= self.greatest

    def __str__(self) -> str:
        return f"{self.least:g} to {self.greatest:g} {self.unit}"


DOSE: Final = Range(1e5, 1e11, "Bq")
WEIGHT: Final = Range(0.01, 500, "kg")
HALF_LIFE: Final = Range(10, 1e8, "s")
HEIGHT: Final = Range(0.2, 2.6, "m")

#: In kg: a body that weighs less is an animal's, or the weight is in another unit.
_LOW_WEIGHT: Final = 1
#: In Bq/kg: a number that would mean more than that in MBq is in another unit, such as kBq.
_MOST_PER_KILOGRAM: Final = 2e9
#: The dose of Enhanced PET is in MBq (PS3.3 C.8.22.4); such a number is in Bq.
_SURELY_BECQUEREL: Final = 1e5
#: Half-lives of scanners differ by less from those of the tables (real headers: 0.2 %).
_SAME_HALF_LIFE: Final = 0.03

#: How far the factors of the vendor may be from the computed one.
_TOLERANCE: Final = 0.02


def plausible_weight(weight: float | None, notes: Notes, *, needed: bool) -> float | None:
    """The weight in kg; None where it cannot be used and is not needed."""
    keyword = "PatientWeight"
    without = "no other kind of SUV is given"
    if weight is None:
        if needed:
            raise Refused(keyword, f"{named(keyword)} is missing or not a number")
        notes.add("weightMissing", keyword, f"{named(keyword)} is missing: {without}")
        return None
    kilograms = weight / 1000 if weight >= 1000 else weight
    if not WEIGHT.has(kilograms):
        sentence = f"{named(keyword)} is {weight:g}, not within {WEIGHT}"
        if needed:
            raise Refused(keyword, sentence)
        notes.add("weightImplausible", keyword, f"{sentence}: {without}")
        return None
    if weight >= 1000:
        if not needed and not notes.repairs:
            notes.add("weightImplausible", keyword, _not_repaired(keyword, weight, "g", without))
            return None
        sentence = f"{named(keyword)} is {weight:g}: taken as g, not kg"
        notes.add("weightInGrams", keyword, sentence)
    if kilograms < _LOW_WEIGHT:
        sentence = f"{named(keyword)} is {weight:g}: less than {_LOW_WEIGHT} kg"
        notes.add("weightLow", keyword, sentence)
    return kilograms


def plausible_height(height: float | None, notes: Notes) -> float | None:
    """The height in m; None where it cannot be used."""
    keyword = "PatientSize"
    without = "suvlbm*, suvbsa and suvibw are not given"
    if height is None:
        notes.add("heightMissing", keyword, f"{named(keyword)} is missing: {without}")
        return None
    metres = height / 100 if height > 3 else height
    if not HEIGHT.has(metres):
        sentence = f"{named(keyword)} is {height:g}, not within {HEIGHT}: {without}"
        notes.add("heightImplausible", keyword, sentence)
        return None
    if height > 3:
        if not notes.repairs:
            notes.add("heightImplausible", keyword, _not_repaired(keyword, height, "cm", without))
            return None
        sentence = f"{named(keyword)} is {height:g}: taken as cm, not m"
        notes.add("heightInCentimetres", keyword, sentence)
    return metres


def _not_repaired(keyword: str, value: float, unit: str, without: str) -> str:
    """Without repairs, a value in another unit that not every factor needs counts as missing."""
    return (
        f"{named(keyword)} is {value:g}, which seems to be in {unit}, and repairs are switched "
        f"off: {without}"
    )


def dose_in_becquerel(header: PetHeader) -> float | None:
    """The dose of a header in Bq, plausible or not."""
    if header.dose is not None and header.is_dose_in_megabecquerel:
        return header.dose * 1e6 if header.dose < _SURELY_BECQUEREL else header.dose
    return header.dose


def plausible_dose(header: PetHeader, weight: float, notes: Notes) -> float:
    """The dose in Bq, of a patient of so many kg.

    A small number may be in MBq or in mCi, and is refused.
    """
    keyword = "RadionuclideTotalDose"
    dose, enhanced = header.dose, header.is_dose_in_megabecquerel
    if dose is None:
        raise Refused(keyword, f"{named(keyword)} is missing or not a number")
    megabecquerel = dose < _SURELY_BECQUEREL if enhanced else 25 <= dose < 1e4
    becquerel = dose * 1e6 if megabecquerel else dose
    if not DOSE.has(becquerel):
        unit = " MBq" if megabecquerel else ""
        raise Refused(keyword, f"{named(keyword)} is {dose:g}{unit}, not within {DOSE}")
    if megabecquerel and becquerel > _MOST_PER_KILOGRAM * weight:
        raise Refused(
            keyword,
            f"{named(keyword)} is {dose:g}: in MBq that is more than {_MOST_PER_KILOGRAM:g} Bq "
            "for each kg, and it is too small for Bq",
        )
    if enhanced and not megabecquerel:
        sentence = f"{named(keyword)} is {dose:g}: taken as Bq, not MBq"
        notes.add("doseInBecquerel", keyword, sentence)
    if megabecquerel and not enhanced:
        sentence = f"{named(keyword)} is {dose:g}: taken as MBq, not Bq"
        notes.add("doseInMegabecquerel", keyword, sentence)
    return becquerel


def plausible_half_life(headers: Sequence[PetHeader], notes: Notes) -> float:
    """The half-life in s; where the header has none, that of the coded nuclide."""
    keyword = "RadionuclideHalfLife"
    half_life = headers[0].half_life
    coded = {known_nuclide(nuclide) for nuclide in {header.nuclide for header in headers}}
    if half_life is None:
        return _half_life_of(coded, notes)
    if not HALF_LIFE.has(half_life):
        raise Refused(keyword, f"{named(keyword)} is {half_life:g}, not within {HALF_LIFE}")
    for known in coded:
        if known is not None and abs(half_life / known.half_life - 1) > _SAME_HALF_LIFE:
            notes.add(
                "halfLifeContradicts",
                keyword,
                f"{named(keyword)} is {half_life:g}, but that of {known.name}, which "
                f"{named('RadionuclideCodeSequence')} names, is {known.half_life:g} s",
            )
    return half_life


def _half_life_of(coded: set[Known | None], notes: Notes) -> float:
    """The half-life of the one nuclide that all images name."""
    keyword, code = "RadionuclideHalfLife", "RadionuclideCodeSequence"
    missing = f"{named(keyword)} is missing or not a number"
    if len(coded) > 1:
        raise Refused(
            code, f"{missing}, and {named(code)} differs between the images of the series"
        )
    (known,) = coded
    if known is None:
        raise Refused(keyword, f"{missing}, and {named(code)} names no nuclide that is known")
    notes.add(
        "halfLifeAssumed",
        keyword,
        f"{missing}: that of {known.name} is assumed, {known.half_life:g} s",
    )
    return known.half_life


def check_vendor_factors(
    headers: Sequence[PetHeader], factors: Sequence[float], notes: Notes
) -> None:
    """Compare the computed factors with those that Philips' private factors imply.

    ``factors`` lead from Bq/ml to SUV by body weight, one for each header. A note says where they
    differ.
    """
    worst = 0.0
    for header, factor in zip(headers, factors, strict=True):
        suv, activity = header.suv_scale_factor, header.activity_scale_factor
        if suv is not None and activity is not None and suv > 0 and activity > 0:
            worst = max(worst, abs(suv / activity / factor - 1))
    if worst > _TOLERANCE:
        notes.add(
            "vendorFactorsDisagree",
            "(7053,1000)/(7053,1009)",
            f"the ratio of the vendor's factors, (7053,1000)/(7053,1009), is {worst:.1%} off the "
            "computed factor",
        )
