"""Deflated data sets (PS3.5 A.5): their headers, inflated no further than they are asked for."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from metaprov_core import MetadataReadError

from .transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN

if TYPE_CHECKING:
    from .meta import Meta
    from .sources import HeaderSource

__all__ = ["InflatedSource"]

#: A header may inflate to this many times its size, or to this many bytes if that is more.
_MOST_TIMES: Final = 16
_AT_LEAST: Final = 1024 * 1024
_PIECE: Final = 64 * 1024

#: As it should be, and with the head of zlib or gzip.
_RAW: Final = -zlib.MAX_WBITS
_WITH_HEAD: Final = zlib.MAX_WBITS + 32


class InflatedSource:
    """A file with a deflated data set, as the same file not deflated."""

    def __init__(self, source: HeaderSource, meta: Meta, until: int = 0) -> None:
        """``until`` is how far it may be inflated at least, whatever its size."""
        self._source: Final = source
        self._begin: Final = meta.end
        self._next = meta.end
        self._inflate = zlib.decompressobj(_RAW)
        start = source.read(meta.end, 0)
        self._data = bytearray(meta.with_transfer_syntax(start, EXPLICIT_LITTLE_ENDIAN))
        self._inflated_from: Final = len(self._data)
        self._until: Final = until
        self.name: Final = source.name
        #: How long it is, only inflating it would tell.
        self.size: Final = None
        self.version: Final = None

    def read(self, length: int, start: int) -> bytes:
        """Read ``length`` bytes from ``start``; fewer only where the data end.

        Raises MetadataReadError where they are damaged, or many times as long as when deflated.
        """
        while len(self._data) < start + length and self._read_on():
            pass
        return bytes(self._data[start : start + length])

    def _read_on(self) -> bool:
        """Inflate a piece; return whether there was one."""
        deflated = self._inflate.unconsumed_tail
        if not deflated:
            deflated = b"" if self._inflate.eof else self._source.read(_PIECE, self._next)
            self._next += len(deflated)
            if not deflated:
                return False
        self._data += self._inflated(deflated)
        size = self._source.size or self._next
        limit = max(_AT_LEAST, self._until + _PIECE, _MOST_TIMES * (size - self._begin))
        if len(self._data) - self._inflated_from > limit:
            raise MetadataReadError(
                self.name, f"damaged: what is deflated has more than {limit} bytes"
            )
        return True

    def _inflated(self, deflated: bytes) -> bytes:
        try:
            return self._inflate.decompress(deflated, _PIECE)
        except zlib.error as error:
            if len(self._data) == self._inflated_from:
                try:
                    inflate = zlib.decompressobj(_WITH_HEAD)
                    inflated = inflate.decompress(deflated, _PIECE)
                except zlib.error:
                    pass
                else:
                    self._inflate = inflate
                    return inflated
            raise MetadataReadError(self.name, f"damaged: {error}") from error
