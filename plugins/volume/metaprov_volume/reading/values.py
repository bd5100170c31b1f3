"""What is to be done to the stored values of images, asked of a host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core import MetadataNotFoundError
from metaprov_modules import (
    GENERAL_SERIES,
    IMAGE_PIXEL,
    KINDS,
    MODALITY_LUT,
    PET_SERIES,
    SCALING,
    VOI_LUT,
    json_name,
)
from metaprov_volume.errors import VolumeError
from metaprov_volume.geometry.notes import noted
from metaprov_volume.pixels import FrameScaling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_core import Host
    from metaprov_modules import ImagePixelModule, Note

__all__ = ["AskedImages", "ask"]

_DOSE: Final = "dose"
_DOSE_FIELD: Final = "dose_grid_scaling"
#: As UCUM writes them, and CID 85 of PS3.16.
_SUV_UNITS: Final[dict[str, str]] = {
    "suvbw": "{SUVbw}g/ml",
    "suvlbm": "{SUVlbm}g/ml",
    "suvlbm_james128": "{SUVlbm(James128)}g/ml",
    "suvlbm_janma": "{SUVlbm(Janma)}g/ml",
    "suvbsa": "{SUVbsa}cm2/ml",
    "suvibw": "{SUVibw}g/ml",
}
_DOSE_UNITS: Final = {"GY": "Gy", "RELATIVE": "relative"}
#: RescaleType says so of values whose unit is not known.
_UNSPECIFIED: Final = "US"


class AskedImages(NamedTuple):
    """Images with what is to be done to each."""

    image_ids: tuple[str, ...]
    pixels: tuple[ImagePixelModule, ...]
    scalings: tuple[FrameScaling, ...]
    units: str | None
    notes: tuple[Note, ...]
    window: tuple[float, float] | None


def ask(host: Host, image_ids: Sequence[str], values: str) -> AskedImages:
    """Asks for the pixel module, the rescale and the factor of each image.

    Raises VolumeError for units that differ, and MetadataNotFoundError where an image has no pixel
    module, or no factor.
    """
    pixels = _all(host, IMAGE_PIXEL, image_ids)
    scalings = [FrameScaling(padding=_padding(each)) for each in pixels]
    units: list[str | None] = [None]
    notes: list[Note] = []
    if values in ("modality", *KINDS):
        luts = host.get_many(MODALITY_LUT, image_ids)
        scalings = [_rescaled(each, lut) for each, lut in zip(scalings, luts, strict=True)]
        if values == "modality":
            units = _units(host, image_ids, luts)
    if values in (*KINDS, _DOSE):
        field = _DOSE_FIELD if values == _DOSE else values
        modules = _all(host, SCALING, image_ids)
        factors = [
            _factor(host, image_id, module, field)
            for image_id, module in zip(image_ids, modules, strict=True)
        ]
        scalings = [
            each._replace(factor=factor) for each, factor in zip(scalings, factors, strict=True)
        ]
        for module in {id(module): module for module in modules}.values():
            notes += _field(module, "notes") or ()
        notes += _factors_vary(factors, field)
        if values == _DOSE:
            units = [_dose_units(_field(module, "dose_units")) for module in modules]
        else:
            units = [_SUV_UNITS[values]]
    different = dict.fromkeys(units)
    if len(different) > 1:
        raise VolumeError(
            f"the units of its images differ: {', '.join(str(unit) for unit in different)}"
        )
    middle = len(image_ids) // 2
    return AskedImages(
        tuple(image_ids),
        tuple(pixels),
        tuple(scalings),
        units[0],
        tuple(dict.fromkeys(notes)),
        _window(host, image_ids[middle], values, scalings[middle]),
    )


def _all(host: Host, type: Any, image_ids: Sequence[str]) -> list[Any]:
    """An answer for each image; the first that has none is explained."""
    answers = host.get_many(type, image_ids)
    return [
        host.require(type, image_id) if answer is None else answer
        for image_id, answer in zip(image_ids, answers, strict=True)
    ]


def _padding(pixels: ImagePixelModule) -> tuple[int, int] | None:
    value, limit = pixels.pixel_padding_value, pixels.pixel_padding_range_limit
    if value is None:
        return None
    limit = value if limit is None else limit
    return min(value, limit), max(value, limit)


def _rescaled(scaling: FrameScaling, lut: Any) -> FrameScaling:
    if lut is None:
        return scaling
    if lut.modality_lut_sequence:
        return scaling._replace(table=lut.modality_lut_sequence[0])
    return scaling._replace(slope=lut.rescale_slope, intercept=lut.rescale_intercept)


def _units(host: Host, image_ids: Sequence[str], luts: Sequence[Any]) -> list[str | None]:
    """The unit of each image, by RescaleType, or by its modality where that says nothing."""
    series = host.get(GENERAL_SERIES, image_ids[0])
    modality = None if series is None else series.modality
    unsaid: str | None = None
    if modality == "CT":
        unsaid = "HU"
    elif modality == "PT":
        pet = host.get(PET_SERIES, image_ids[0])
        unsaid = None if pet is None else pet.units
    units: list[str | None] = []
    for lut in luts:
        said = None if lut is None else lut.rescale_type
        units.append(unsaid if not said else None if said == _UNSPECIFIED else said)
    return units


def _field(module: Any, name: str) -> Any:
    """Of a struct, or of a mapping with the names of Python or of JSON: plugins may give either."""
    if isinstance(module, Mapping):
        return module.get(name, module.get(json_name(name)))
    return getattr(module, name, None)


def _factor(host: Host, image_id: str, module: Any, field: str) -> float:
    factor = _field(module, field)
    if factor is None:
        raise MetadataNotFoundError(
            f"{image_id} has no {field} in its scalingModule", host.explain(SCALING, image_id)
        )
    return float(factor)


def _factors_vary(factors: Sequence[float], field: str) -> list[Note]:
    least, most = min(factors), max(factors)
    if least == most:
        return []
    said = {"first": f"{least:.6g}", "other": f"{most:.6g}"}
    return [noted("rescaleVaries", attribute="DecayCorrection", what=f"factor to {field}", **said)]


def _dose_units(header: str | None) -> str | None:
    return None if header is None else _DOSE_UNITS.get(header, header)


def _window(
    host: Host, image_id: str, values: str, scaling: FrameScaling
) -> tuple[float, float] | None:
    """The first window of an image, in the units of the array."""
    voi = host.get(VOI_LUT, image_id)
    if voi is None or not voi.window_center or not voi.window_width:
        return None
    center, width = voi.window_center[0], voi.window_width[0]
    if center is None or width is None:
        return None
    if values == "stored":
        # A window is of the values of the modality: back through its rescale.
        lut = host.get(MODALITY_LUT, image_id)
        back = _rescaled(FrameScaling(), lut)
        slope, intercept = back.linear
        if back.table is not None or slope <= 0:
            return None
        return (center - intercept) / slope, width / slope
    factor = 1.0 if scaling.factor is None else scaling.factor
    return center * factor, width * factor
