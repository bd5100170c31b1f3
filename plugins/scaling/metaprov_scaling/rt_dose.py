"""The scaling of RTDOSE: what its header has (PS3.3 C.8.8.3); nothing is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaprov_modules import ScalingModule

from .suv.headers.header import named
from .suv.headers.values import number, text
from .suv.notes import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["dose_scaling"]


def dose_scaling(instance: Mapping[str, Any]) -> ScalingModule | Refusal:
    """The factor from stored values to dose, or the reason why there is none."""
    keyword = "DoseGridScaling"
    scaling = number(instance.get(keyword))
    if scaling is None or scaling <= 0:
        return Refusal(keyword, f"{named(keyword)} is missing or not a number greater than 0")
    return ScalingModule(
        dose_grid_scaling=scaling,
        dose_summation_type=text(instance.get("DoseSummationType")),
        dose_type=text(instance.get("DoseType")),
        dose_units=text(instance.get("DoseUnits")),
    )
