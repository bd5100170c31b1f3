"""A deflated member, inflated no further than it is asked for."""

from __future__ import annotations

import zlib
from threading import Lock
from typing import TYPE_CHECKING, Final

from metaprov_core import MetadataReadError

if TYPE_CHECKING:
    from metaprov_dicom import HeaderSource

__all__ = ["Inflated"]

_FIRST: Final = 8 * 1024
_PIECE: Final = 256 * 1024
#: So much may be wanted at once, or so many times what the member takes if that is more: a bomb
#: says that it is longer.
_MOST: Final = 256 * 1024 * 1024
_MOST_TIMES: Final = 16


class Inflated:
    """The bytes of a member; reading it forwards inflates each of them once.

    Going back begins anew, as nothing but the last answer is kept.
    """

    __slots__ = (
        "_at", "_inflate", "_last", "_lock", "_next", "_pending", "_raw", "name", "size", "version",
    )  # fmt: skip

    def __init__(self, raw: HeaderSource, size: int, name: str, version: object) -> None:
        self._raw: Final = raw
        self._lock: Final = Lock()
        self._last = (0, b"")
        self.name: Final = name
        self.size: Final = size
        self.version: Final = version
        self._begin()

    def read(self, length: int, start: int) -> bytes:
        """Read ``length`` bytes from ``start``; fewer only where the member ends.

        Raises MetadataReadError where it is damaged, or so much that it must be a bomb.
        """
        length = min(length, self.size - start)
        if length <= 0:
            return b""
        with self._lock:
            at, last = self._last
            if at <= start and start + length <= at + len(last):
                return last[start - at : start - at + length]
            if length > max(_MOST, _MOST_TIMES * (self._raw.size or 0)):
                raise MetadataReadError(
                    self.name, f"damaged: it inflates to more than {_MOST} bytes"
                )
            if start < self._at:
                self._begin()
            while self._at < start:
                self._inflated(min(_PIECE, start - self._at))
            pieces, left = [], length
            while left:
                pieces.append(self._inflated(left))
                left -= len(pieces[-1])
            data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
            self._last = (start, data)
            return data

    def _begin(self) -> None:
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        #: How far it is inflated, how far the raw bytes are read, and those not yet inflated.
        self._at = self._next = 0
        self._pending = b""

    def _inflated(self, most: int) -> bytes:
        """The next bytes, at least one."""
        while not self._inflate.eof:
            try:
                # With nothing put in, what it still holds back comes out.
                data = self._inflate.decompress(self._pending, most)
            except zlib.error as error:
                raise MetadataReadError(self.name, f"damaged: {error}") from error
            self._pending = self._inflate.unconsumed_tail
            if data:
                self._at += len(data)
                return data
            if not self._pending and not self._read_on():
                break
        raise MetadataReadError(self.name, "damaged: it inflates to less than it says")

    def _read_on(self) -> bool:
        """Read more raw bytes; whether there are any."""
        self._pending = self._raw.read(_PIECE if self._next else _FIRST, self._next)
        self._next += len(self._pending)
        return bool(self._pending)
