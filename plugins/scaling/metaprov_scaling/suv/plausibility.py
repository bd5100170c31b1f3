"""Rule 7: values in another unit are recognised by their size; impossible ones are not used.

Sources: IBSI SUV manual (doses in MBq, weights in g), and real headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .header import named
from .notes import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .header import PetHeader
    from .notes import Notes

__all__ = [
    "check_vendor_factors",
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


DOSE: Final = Range(1e6, 1e11, "Bq")
WEIGHT: Final = Range(0.2, 500, "kg")
HALF_LIFE: Final = Range(10, 1e8, "s")
HEIGHT: Final = Range(0.2, 2.6, "m")

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


def plausible_dose(dose: float | None, notes: Notes) -> float:
    """The dose in Bq. A small number may be in MBq or in mCi, and is refused."""
    keyword = "RadionuclideTotalDose"
    if dose is None:
        raise Refused(keyword, f"{named(keyword)} is missing or not a number")
    megabecquerel = 25 <= dose < 1e4
    becquerel = dose * 1e6 if megabecquerel else dose
    if not DOSE.has(becquerel):
        raise Refused(keyword, f"{named(keyword)} is {dose:g}, not within {DOSE}")
    if megabecquerel:
        notes.add(
            "doseInMegabecquerel", keyword, f"{named(keyword)} is {dose:g}: taken as MBq, not Bq"
        )
    return becquerel


def plausible_half_life(half_life: float | None) -> float:
    """The half-life in s."""
    keyword = "RadionuclideHalfLife"
    if half_life is None:
        raise Refused(keyword, f"{named(keyword)} is missing or not a number")
    if not HALF_LIFE.has(half_life):
        raise Refused(keyword, f"{named(keyword)} is {half_life:g}, not within {HALF_LIFE}")
    return half_life


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
