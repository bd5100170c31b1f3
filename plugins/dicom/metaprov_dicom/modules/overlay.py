"""Overlays: planes of one bit that are shown on top of the image (PS3.3 C.9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import note
from metaprov_dicom.values.dictionary import Attribute
from metaprov_modules import Overlay, OverlayPlaneModule

from .by_tag import value_in
from .lut import packed
from .table import fitting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metaprov_dicom.instance.fields import ValueOf

__all__ = ["derive_overlay_plane"]


#: The attributes of an overlay in its first group, by the field each makes.
_OVERLAY: Final = {
    "rows": Attribute("OverlayRows", 0x60000010, "US", "1"),
    "columns": Attribute("OverlayColumns", 0x60000011, "US", "1"),
    "type": Attribute("OverlayType", 0x60000040, "CS", "1"),
    "origin": Attribute("OverlayOrigin", 0x60000050, "SS", "2"),
    "pixel_data": Attribute("OverlayData", 0x60003000, "OB or OW", "1"),
    "description": Attribute("OverlayDescription", 0x60000022, "LO", "1"),
    "label": Attribute("OverlayLabel", 0x60001500, "LO", "1"),
    "roi_area": Attribute("ROIArea", 0x60001301, "IS", "1"),
    "roi_mean": Attribute("ROIMean", 0x60001302, "DS", "1"),
    "roi_standard_deviation": Attribute("ROIStandardDeviation", 0x60001303, "DS", "1"),
    "frames": Attribute("NumberOfFramesInOverlay", 0x60000015, "IS", "1"),
    "first_frame": Attribute("ImageFrameOrigin", 0x60000051, "US", "1"),
}
_DATA: Final = 0x3000
#: Where an overlay is that has no data of its own: in a bit of pixels that have several.
_BITS_ALLOCATED: Final = 0x0100
_BIT_POSITION: Final = 0x0102
#: Every second group from 6000 to 601E.
_GROUPS: Final = range(0x6000, 0x6020, 2)
_ROWS: Final = tuple(
    (attribute.tag & 0xFFFF, field, fitting(attribute)) for field, attribute in _OVERLAY.items()
)


def derive_overlay_plane(instance: Mapping[str, Any], frame: int) -> OverlayPlaneModule | None:
    """The overlays of a frame that have data of their own."""
    overlays = tuple(_overlays(value_in(instance), frame))
    return OverlayPlaneModule(overlays) if overlays else None


def _overlays(value_of: ValueOf, frame: int) -> Iterator[Overlay]:
    for group in _GROUPS:
        first = group << 16
        if not value_of(first | _DATA):
            _note_bits_of_pixels(value_of, group)
            continue
        fields = {}
        for element, field, fit in _ROWS:
            value = value_of(first | element)
            if value is not None:
                fields[field] = fit(value)
        y, x = fields.pop("origin", None) or (None, None)
        if y is not None and x is not None:
            fields["x"], fields["y"] = x - 1, y - 1
        plane = _plane_of(frame, fields.pop("frames", None), fields.pop("first_frame", None))
        if plane is None:
            note(f"the overlay of group {group:04X} is not one of this frame")
            continue
        fields["pixel_data"] = _pixels(fields, group, plane)
        yield Overlay(**fields)


def _note_bits_of_pixels(value_of: ValueOf, group: int) -> None:
    """Say so where an overlay is in bits that the pixels do not use (PS3.5 8.1.2, retired)."""
    position = value_of(group << 16 | _BIT_POSITION)
    # Such an overlay has as many bits as a pixel; one that has data of its own has 1.
    if position or value_of(group << 16 | _BITS_ALLOCATED) not in (None, 0, 1):
        note(f"the overlay of group {group:04X} is bit {position or 0} of the pixels, not here")


def _plane_of(frame: int, frames: int | None, first_frame: int | None) -> int | None:
    """Which plane of an overlay is that of a frame, from 0; None where none is (PS3.3 C.9.3)."""
    if frames is None or frames < 1:
        # One for all frames: it does not say how many it has.
        return 0
    # Frames are counted from 1; an origin of 0 can only mean the first one.
    plane = frame - (first_frame or 1)
    return plane if 0 <= plane < frames else None


def _pixels(fields: Mapping[str, Any], group: int, plane: int) -> tuple[int, ...] | None:
    """The bits of the pixels of a plane, the least significant one of each byte first."""
    data, rows, columns = (fields.get(field) for field in ("pixel_data", "rows", "columns"))
    if data is None or rows is None or columns is None:
        note(f"the overlay ({group:04X},3000) has no data, or does not say its size")
        return None
    data, count = packed(data), rows * columns
    # A plane need not begin with a byte.
    start = plane * count
    if 8 * len(data) < start + count:
        note(
            f"the overlay ({group:04X},3000) has {8 * len(data)} bits, too few for its size: "
            f"plane {plane + 1} ends with bit {start + count}"
        )
        return None
    of_plane = data[start // 8 : -(-(start + count) // 8)]
    bits = int.from_bytes(of_plane, "little") >> start % 8 & (1 << count) - 1
    return tuple(map(int, f"{bits:0{count}b}"[::-1])) if count else ()
