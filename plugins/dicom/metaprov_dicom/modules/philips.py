"""What is particular to images of Philips: their private scaling."""

from __future__ import annotations

import struct
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import note
from metaprov_dicom.values.dictionary import Attribute
from metaprov_modules import PhilipsScalingModule

from .by_tag import tags_of_group, value_in
from .table import Table, fitting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metaprov_dicom.instance.fields import ValueOf

__all__ = ["derive_philips_scaling"]

_GROUP: Final = 0x2005
#: The private creators (PS3.5 7.8.1), in small letters.
_OF_SCALES: Final = "philips mr imaging dd 001"
_OF_FRAMES: Final = "philips mr imaging dd 005"
#: The blocks that scanners give them, which count where the header has lost its creators.
_USUAL_BLOCKS: Final = {_OF_SCALES: 0x10, _OF_FRAMES: 0x14}
#: The scales, in the usual block.
_SCALES: Final = {
    "scale_slope": Attribute("ScaleSlope", 0x2005100E, "FL", "1"),
    "scale_intercept": Attribute("ScaleIntercept", 0x2005100D, "FL", "1"),
}
_ROWS: Final = tuple(
    (attribute.tag & 0xFF, field, fitting(attribute)) for field, attribute in _SCALES.items()
)
#: What enhanced images say of a frame in private: a sequence of one item.
_FRAME: Final = 0x0F
_ITEMS: Final = fitting(Attribute("PrivatePerFrameSequence", 0x2005140F, "SQ", "1"))
_FLOAT: Final = struct.Struct("<f")
_RESCALE = Table("RescaleSlope", "RescaleIntercept")
#: How many stored values the two ways to say where 0 is may differ: rounding makes less of it.
_TOLERANCE: Final = 0.5


def derive_philips_scaling(instance: Mapping[str, Any], _frame: int) -> PhilipsScalingModule | None:
    """The scaling of an MR image of Philips, or of a frame of one."""
    if instance.get("Modality") not in (None, "MR"):
        return None
    manufacturer = instance.get("Manufacturer")
    is_philips = isinstance(manufacturer, str) and manufacturer.lower().startswith("philips")
    scales = next(filter(None, _scales(instance, is_philips)), None)
    if scales is None:
        return None
    slope, intercept = _floating_point(scales, _RESCALE.read(instance))
    return PhilipsScalingModule(
        **scales, floating_point_slope=slope, floating_point_intercept=intercept
    )


def _scales(instance: Mapping[str, Any], is_philips: bool) -> Iterator[dict[str, float]]:
    """The scales as the items for the frame have them, then as the image has them."""
    value_of, blocks = value_in(instance), _blocks(instance, is_philips)
    if _OF_FRAMES in blocks:
        of_frame = value_of(_GROUP << 16 | blocks[_OF_FRAMES] << 8 | _FRAME)
        for item in _ITEMS(of_frame) or ():
            yield _scales_in(_blocks(item, is_philips), value_in(item))
    yield _scales_in(blocks, value_of)


def _blocks(instance: Mapping[str, Any], is_philips: bool) -> dict[str, int]:
    """The blocks of the private creators, in small letters; of two of one name, the first."""
    value_of, tags = value_in(instance), tags_of_group(instance, _GROUP)
    creators = {tag & 0xFF: value_of(tag) for tag in sorted(tags) if not tag & 0xFF00}
    blocks: dict[str, int] = {}
    for block, creator in creators.items():
        if isinstance(creator, str):
            blocks.setdefault(creator.strip().lower(), block)
    if is_philips and tags:
        for creator, block in _USUAL_BLOCKS.items():
            if creators.get(block) is None:
                blocks.setdefault(creator, block)
    return blocks


def _scales_in(blocks: Mapping[str, int], value_of: ValueOf) -> dict[str, float]:
    scales: dict[str, float] = {}
    if _OF_SCALES not in blocks:
        return scales
    for element, field, fit in _ROWS:
        value = value_of(_GROUP << 16 | blocks[_OF_SCALES] << 8 | element)
        if isinstance(value, bytes) and len(value) == _FLOAT.size:
            # Neither a VR nor a creator to know it by.
            (value,) = _FLOAT.unpack(value)
        fits = None if value is None else fit(value)
        if fits is not None:
            scales[field] = fits
    return scales


def _floating_point(
    scales: Mapping[str, float], rescale: Mapping[str, float]
) -> tuple[float | None, float | None]:
    """What stored values are multiplied by, and what is added, to have floating point ones."""
    scale = scales.get("scale_slope")
    if scale is None:
        return None, None
    zero = _zero(scales, rescale)
    slope = 1 / scale if scale else None
    if slope is None or not isfinite(slope):
        note(f"the scale slope (2005,100E) is {scale:g}, by which nothing is divided")
        return None, None
    return slope, None if zero is None else 0 - zero * slope


def _zero(scales: Mapping[str, float], rescale: Mapping[str, float]) -> float | None:
    """The stored value that is 0: RescaleSlope and RescaleIntercept say it, and ScaleIntercept."""
    private = scales.get("scale_intercept")
    slope, intercept = rescale.get("rescale_slope"), rescale.get("rescale_intercept")
    if not slope or intercept is None:
        return private
    public = 0 - intercept / slope
    if private is not None and abs(public - private) > _TOLERANCE:
        note(
            f"the stored value of 0 is {public:g} by RescaleSlope and RescaleIntercept, and "
            f"{private:g} by the scale intercept (2005,100D): the former is taken"
        )
    return public
