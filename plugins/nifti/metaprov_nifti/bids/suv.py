"""The factor to SUV by body weight from a sidecar of PET; no date is needed for it.

All times of BIDS are seconds from TimeZero: of the dose is left, at the time that decay is
corrected to, ``dose * 2 ** (-(ImageDecayCorrectionTime - InjectionStart) / half-life)``. Sources:
BIDS, "Positron Emission Tomography"; PS3.3 C.8.9.1.1.3; the QIBA SUV pseudo-code (2018-06-26).
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from metaprov_modules import ScalingModule
from metaprov_nifti.notes import noted

from .nuclides import half_life_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_modules import Note

__all__ = ["Refused", "suv_scaling"]

_BECQUEREL: Final = {
    "bq": 1.0,
    "kbq": 1e3,
    "mbq": 1e6,
    "gbq": 1e9,
    "uci": 3.7e4,
    "mci": 3.7e7,
}  # fmt: skip
#: Bq/ml; BQML is DICOM's word, which some converters leave.
_ACTIVITY: Final = {"bq/ml": 1.0, "bqml": 1.0, "kbq/ml": 1e3}
_NOT_CORRECTED: Final = frozenset({"", "none", "no", "n/a", "not corrected", "false"})
_DOSE: Final = (1e5, 1e11)
_WEIGHT: Final = (0.01, 500.0)
#: In s: an injection so long after the time that decay is corrected to is another one's.
_BEFORE: Final = -3600.0
#: In half-lives: nothing is left, and so much is doubtful, of long half-lives later.
_LONGEST, _LONG, _LONG_OF_LONG = 10, 2, 5
_LONG_HALF_LIFE: Final = 41_400.0


class Refused(Exception):  # noqa: N818 - not an error: it ends the search for a factor
    """Why there is no factor, as a sentence."""


def suv_scaling(sidecar: Mapping[str, Any], weight: object) -> ScalingModule:
    """The scaling module of a PET image; ``weight`` is in kg.

    Raises Refused for the first value that is missing, or cannot be.
    """
    _check_attenuation(sidecar)
    kilograms = _number(weight, "weight of participants.tsv, or PatientWeight,", *_WEIGHT)
    per_unit = _ACTIVITY.get(_text(sidecar, "Units").lower())
    if per_unit is None:
        raise Refused(f"Units is {sidecar['Units']!r}, and not Bq/mL or kBq/mL")
    dose = _dose(sidecar)
    half_life = half_life_of(_text(sidecar, "TracerRadionuclide"))
    if half_life is None:
        raise Refused(f"TracerRadionuclide is {sidecar['TracerRadionuclide']!r}, which is unknown")
    uptake = _uptake(sidecar, half_life)
    left = dose * 2.0 ** (-uptake / half_life)
    notes = tuple(_doubts(kilograms, uptake / half_life, half_life))
    return ScalingModule(suvbw=1000 * kilograms / left * per_unit, notes=notes)


def _check_attenuation(sidecar: Mapping[str, Any]) -> None:
    method = _text(sidecar, "AttenuationCorrection")
    if method.strip().lower() in _NOT_CORRECTED:
        raise Refused(f"AttenuationCorrection is {method!r}: activity is not measured without it")


def _dose(sidecar: Mapping[str, Any]) -> float:
    unit = _text(sidecar, "InjectedRadioactivityUnits")
    becquerel = _BECQUEREL.get(unit.lower().replace("µ", "u"))
    if becquerel is None:
        raise Refused(f"InjectedRadioactivityUnits is {unit!r}, which is no unit of activity")
    least, most = (each / becquerel for each in _DOSE)
    injected = _number(
        sidecar.get("InjectedRadioactivity"), f"InjectedRadioactivity, in {unit},", least, most
    )
    return injected * becquerel


def _uptake(sidecar: Mapping[str, Any], half_life: float) -> float:
    """From the injection to the time that decay is corrected to, in s."""
    if sidecar.get("ImageDecayCorrected") is not True:
        found = sidecar.get("ImageDecayCorrected", "missing")
        raise Refused(f"ImageDecayCorrected is {found}, and not true")
    to = _number(sidecar.get("ImageDecayCorrectionTime"), "ImageDecayCorrectionTime, in s,")
    uptake = to - _number(sidecar.get("InjectionStart"), "InjectionStart, in s,")
    if not _BEFORE <= uptake <= _LONGEST * half_life:
        raise Refused(
            f"ImageDecayCorrectionTime is {uptake:g} s after InjectionStart, which cannot be of "
            "one injection and its scan"
        )
    return uptake


def _doubts(kilograms: float, half_lives: float, half_life: float) -> list[Note]:
    found = []
    if kilograms < 1:
        found.append(noted("weightLow", weight=kilograms))
    if half_lives > (_LONG if half_life < _LONG_HALF_LIFE else _LONG_OF_LONG):
        found.append(noted("longUptake", half_lives=half_lives))
    return found


def _text(sidecar: Mapping[str, Any], name: str) -> str:
    value = sidecar.get(name)
    if not isinstance(value, str):
        found = "missing" if value is None else f"{value!r}, and no text"
        raise Refused(f"{name} is {found}")
    return value


def _number(
    value: object, called: str, least: float = float("-inf"), most: float = float("inf")
) -> float:
    """A finite number within bounds."""
    if value is None:
        raise Refused(f"{called} is missing")
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise Refused(f"{called} is {value!r}, and no number")
    if not least <= value <= most:
        raise Refused(f"{called} is {value:g}, not within {least:g} to {most:g}")
    return float(value)
