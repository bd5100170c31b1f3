"""Files whose headers are deflated or big endian, as if they were neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metaprov_dicom.encoding.big_endian import little_endian
from metaprov_dicom.encoding.heads import CutOff

from .inflate import InflatedSource
from .sources import FIRST_READ, GROWTH, BytesSource
from .transfer_syntaxes import BIG_ENDIAN, DEFLATED, EXPLICIT_LITTLE_ENDIAN

if TYPE_CHECKING:
    from .meta import Meta
    from .sources import HeaderSource

__all__ = ["in_plain_encoding"]


def in_plain_encoding(source: HeaderSource, meta: Meta) -> HeaderSource:
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
    while not has_pixels and not is_all:
        data = source.read(length, 0)
        is_all = len(data) < length
        length *= GROWTH
        try:
            turned, has_pixels = little_endian(data, meta.end)
        except CutOff:
            if is_all:
                raise
    start = meta.with_transfer_syntax(data, EXPLICIT_LITTLE_ENDIAN)
    return BytesSource(start + turned[meta.end :], source.name)
