"""Overlays: planes of one bit that are shown on top of the image (PS3.3 C.9.2)."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["OVERLAY_PLANE", "Overlay", "OverlayPlaneModule"]


class Overlay(Answer, frozen=True):
    """One overlay: its bits, and where they belong."""

    rows: Annotated[int | None, meaning("Number of rows of pixels.")] = None
    columns: Annotated[int | None, meaning("Number of columns of pixels.")] = None
    type: Annotated[str | None, meaning('"G" graphics, "R" region of interest.')] = None
    x: Annotated[
        int | None, meaning("Column of the image that its first column lies on, from 0.")
    ] = None
    y: Annotated[int | None, meaning("Row of the image that its first row lies on, from 0.")] = None
    pixel_data: Annotated[tuple[int, ...] | None, meaning("0 or 1 for each pixel, row by row.")] = (
        None
    )
    description: Annotated[str | None, meaning("What it shows, in words.")] = None
    label: Annotated[str | None, meaning("A name for it.")] = None
    roi_area: Annotated[int | None, meaning("How many pixels the region of interest has.")] = None
    roi_mean: Annotated[float | None, meaning("Their mean.")] = None
    roi_standard_deviation: Annotated[float | None, meaning("Their standard deviation.")] = None


class OverlayPlaneModule(Answer, frozen=True):
    """The overlays of an image, by their groups."""

    overlays: Annotated[tuple[Overlay, ...] | None, meaning("In the order of the groups.")] = None


OVERLAY_PLANE: Final = MetadataType("overlayPlaneModule", OverlayPlaneModule)
