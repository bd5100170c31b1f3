"""Rule 3: what rescaled pixel values are.

Sources: DICOM PS3.3 C.8.9.1.1.3 (Units, SUV Type); QIBA SUV pseudo-code and a statement of Philips
in the IBSI SUV manual for counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .headers.header import named
from .headers.sop_classes import ENHANCED_PET
from .notes import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_modules import SuvKind

    from .headers.header import PetHeader

__all__ = ["Measured", "is_weight_needed", "measured"]


class Measured(NamedTuple):
    """What the pixel values are, once multiplied by the factor of their image."""

    #: SUV of this kind; None for activity, in Bq/ml.
    suv: SuvKind | None
    #: One for each image.
    factors: tuple[float, ...]


#: The values of SUVType (0054,1006) by Units.
_SUV_TYPES: Final[dict[str, dict[str, SuvKind]]] = {
    "GML": {
        "BW": "suvbw",
        "LBM": "suvlbm",
        "LBMJAMES128": "suvlbm_james128",
        "LBMJANMA": "suvlbm_janma",
        "IBW": "suvibw",
    },
    "CM2ML": {"BSA": "suvbsa"},
}
_SUV_TYPE_IF_ABSENT: Final = {"GML": "BW", "CM2ML": "BSA"}


def is_weight_needed(headers: Sequence[PetHeader]) -> bool:
    """Whether no factor can be given without a weight, as for all pixels that are not SUV yet."""
    units = headers[0].units
    return units not in _SUV_TYPES and not (units == "CNTS" and suv_factors(headers))


def measured(headers: Sequence[PetHeader]) -> Measured:
    """What the pixel values are, by Units. Raises Refused for what is neither activity nor SUV."""
    units = headers[0].units
    if units in _SUV_TYPES:
        return Measured(_suv_kind(units, headers[0].suv_type), (1.0,) * len(headers))
    if units == "BQML":
        return Measured(None, (1.0,) * len(headers))
    if units == "CNTS":
        return _counts(headers)
    if headers[0].sop_class_uid == ENHANCED_PET:
        keyword = "RealWorldValueMappingSequence"
        found = "no Units" if units is None else f"Units {units!r}"
        raise Refused(
            keyword,
            f"{named(keyword)} has {found} for the slope and intercept of the pixels, and neither "
            "Bq/ml nor SUV",
        )
    found = "missing" if units is None else f"{units!r}, which is neither activity nor SUV"
    raise Refused("Units", f"{named('Units')} is {found}")


def _suv_kind(units: str, suv_type: str | None) -> SuvKind:
    kind = _SUV_TYPES[units].get(suv_type or _SUV_TYPE_IF_ABSENT[units])
    if kind is None:
        raise Refused(
            "SUVType", f"{named('SUVType')} is {suv_type!r}, which does not go with Units {units}"
        )
    return kind


def _counts(headers: Sequence[PetHeader]) -> Measured:
    """Counts, with a factor of Philips on every image: to SUV, or else to activity."""
    suv = suv_factors(headers)
    if suv:
        return Measured("suvbw", suv)
    activity = _on_every_image([header.activity_scale_factor for header in headers])
    if activity:
        return Measured(None, activity)
    raise Refused(
        "(7053,1000)/(7053,1009)",
        f"{named('Units')} is CNTS, but neither of (7053,1000)/(7053,1009) is greater than 0 on "
        "every image",
    )


def suv_factors(headers: Sequence[PetHeader]) -> tuple[float, ...]:
    """(7053,1000) of each image; () unless every image has it."""
    return _on_every_image([header.suv_scale_factor for header in headers])


def _on_every_image(factors: list[float | None]) -> tuple[float, ...]:
    known = tuple([factor for factor in factors if factor is not None and factor > 0])
    return known if len(known) == len(factors) else ()
