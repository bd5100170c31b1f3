"""Overlays: planes of one bit that are shown on top of the image (PS3.3 C.9.2)."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["OVERLAY_PLANE", "Overlay", "OverlayPlaneModule"]


class Overlay(Answer, frozen=True):
    """One overlay: its bits, and where they belong (PS3.3 C.9.2)."""

    rows: Annotated[
        int | None, meaning("Number of rows of pixels.", attribute="OverlayRows (60xx,0010)")
    ] = None
    columns: Annotated[
        int | None, meaning("Number of columns of pixels.", attribute="OverlayColumns (60xx,0011)")
    ] = None
    type: Annotated[
        str | None,
        meaning('"G" graphics, "R" region of interest.', attribute="OverlayType (60xx,0040)"),
    ] = None
    x: Annotated[
        int | None,
        meaning(
            "Column of the image that its first column lies on, from 0.",
            attribute="OverlayOrigin (60xx,0050)",
        ),
    ] = None
    y: Annotated[
        int | None,
        meaning(
            "Row of the image that its first row lies on, from 0.",
            attribute="OverlayOrigin (60xx,0050)",
        ),
    ] = None
    pixel_data: Annotated[
        tuple[int, ...] | None,
        meaning("0 or 1 for each pixel, row by row.", attribute="OverlayData (60xx,3000)"),
    ] = None
    description: Annotated[
        str | None, meaning("What it shows, in words.", attribute="OverlayDescription (60xx,0022)")
    ] = None
    label: Annotated[
        str | None, meaning("A name for it.", attribute="OverlayLabel (60xx,1500)")
    ] = None
    roi_area: Annotated[
        int | None,
        meaning("How many pixels the region of interest has.", attribute="ROIArea (60xx,1301)"),
    ] = None
    roi_mean: Annotated[float | None, meaning("Their mean.", attribute="ROIMean (60xx,1302)")] = (
        None
    )
    roi_standard_deviation: Annotated[
        float | None,
        meaning("Their standard deviation.", attribute="ROIStandardDeviation (60xx,1303)"),
    ] = None


class OverlayPlaneModule(Answer, frozen=True):
    """The overlays of an image, by their groups (PS3.3 C.9.2)."""

    overlays: Annotated[tuple[Overlay, ...] | None, meaning("In the order of the groups.")] = None


OVERLAY_PLANE: Final = MetadataType("overlayPlaneModule", OverlayPlaneModule)
