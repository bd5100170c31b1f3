"""Where the pixels of an image are in the file of its header."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["PlaceOfPixels"]


class PlaceOfPixels(NamedTuple):
    """The element of the pixels: PixelData (7FE0,0010), or one of its float kinds."""

    tag: int
    #: Where its value begins: in the file, or in the same file inflated.
    start: int
    #: How many bytes it has; None where that is not said, as of compressed pixels.
    length: int | None
    explicit: bool
    big_endian: bool
    #: That of the source when the header was read; None where sources have none.
    version: object
