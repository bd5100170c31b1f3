"""Files whose headers are deflated or big endian, as if they were neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_dicom.encoding.big_endian import little_endian
from metaprov_dicom.encoding.walk import CutOff

from .inflate import InflatedSource
from .sources import BytesSource
from .transfer_syntaxes import BIG_ENDIAN, DEFLATED, EXPLICIT_LITTLE_ENDIAN

if TYPE_CHECKING:
    from .meta import Meta
    from .sources import HeaderSource

__all__ = ["FIRST_READ", "plainly_written"]

#: Most headers are in so many bytes.
FIRST_READ: Final = 8 * 1024
_GROWTH: Final = 8


def plainly_written(source: HeaderSource, meta: Meta) -> HeaderSource:
    """A source of the same header in little endian, not deflated; most are so themselves.

    Raises NotUnderstood for what should be big endian and is not.
    """
    if meta.transfer_syntax in DEFLATED:
        return InflatedSource(source, meta)
    if meta.transfer_syntax == BIG_ENDIAN:
        return _in_little_endian(source, meta)
    return source


def _in_little_endian(source: HeaderSource, meta: Meta) -> BytesSource:
    length, has_pixels, is_all = FIRST_READ, False, False
    while not has_pixels:
        data = source.read(length, 0)
        is_all = len(data) < length
        try:
            turned, has_pixels = little_endian(data, meta.end)
        except CutOff:
            if is_all:
                raise
        else:
            if is_all:
                break
        length *= _GROWTH
    start = meta.with_transfer_syntax(data, EXPLICIT_LITTLE_ENDIAN)
    return BytesSource(start + turned[meta.end :], source.name)
