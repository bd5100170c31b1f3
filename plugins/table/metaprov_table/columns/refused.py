"""Types that are no columns, and what there is instead."""

from __future__ import annotations

from typing import Final

from metaprov_modules import (
    FRAME_IMAGE_IDS,
    FRAME_PIXEL_DATA,
    INSTANCE,
    SERIES_IMAGE_IDS,
    SERIES_VOLUMES,
    VOLUME_GEOMETRY,
)

__all__ = ["REFUSED"]

_HEADER: Final = "a header is no value of a row: name the attributes, such as StudyDate"
_VOLUMES: Final = (
    "a geometry in each row would be as long as its series: volumes have a table of their own, "
    "a row each, and the column 'volume' leads to them"
)

#: The reason, by type; to be read after "is no column: ".
REFUSED: Final[dict[str, str]] = {
    INSTANCE: _HEADER,
    "dataset": _HEADER,
    FRAME_IMAGE_IDS: "each frame is a row",
    FRAME_PIXEL_DATA: "pixels are read by metaprov_volume.read",
    SERIES_IMAGE_IDS: "images of one series have the same value in the column 'series'",
    SERIES_VOLUMES: _VOLUMES,
    VOLUME_GEOMETRY: _VOLUMES,
}
