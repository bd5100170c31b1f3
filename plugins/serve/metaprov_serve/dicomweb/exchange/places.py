"""Where studies, series, instances and what is in them are, below the root of the service."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

__all__ = ["PIXEL_DATA", "ROOT", "place_of"]

#: Of the service, within the application.
ROOT: Final = "/dicomweb"
#: The tag below ``bulkdata`` that leads to the pixels: they are no value of a header.
PIXEL_DATA: Final = "7FE00010"
_LEVELS: Final = ("studies", "series", "instances")


def place_of(*uids: str) -> str:
    """The path of a study, of a series of it, or of an instance in that: ``/studies/1/series/2``.

    >>> place_of("1.2", "1.2.3")
    '/studies/1.2/series/1.2.3'
    """
    levels = zip(_LEVELS, uids, strict=False)
    return "".join([f"/{level}/{quote(uid, safe='')}" for level, uid in levels])
