"""Compressed bodies (RFC 9110 8.4), also those of object stores whose headers do not say so."""

from __future__ import annotations

import zlib
from typing import Final

__all__ = ["ACCEPTED", "PLAIN", "Decompression", "is_gzip", "is_gzip_file"]

#: What is asked for.
ACCEPTED: Final = "gzip, deflate"
#: A Content-Encoding of no compression.
PLAIN: Final = frozenset({"", "identity"})
_IS_GZIP: Final = {"gzip": True, "x-gzip": True, "deflate": False}

#: The beginning of gzip (RFC 1952 2.3).
_GZIP: Final = b"\x1f\x8b\x08"
_GZIP_FORMAT: Final = 16 + zlib.MAX_WBITS
_TAKEN: Final = 16 * 1024
_MOST_EMPTY_MEMBERS: Final = 100_000
#: Where a DICOM file says that it is one (PS3.10 7.1), after a preamble of any bytes.
_PREFIX: Final = slice(128, 132)


def is_gzip(start: bytes, content_type: str, accept: str) -> bool:
    """Whether a body that begins so is compressed: JSON and parts do not begin so."""
    return start.startswith(_GZIP) and (
        "json" in accept or "gzip" in content_type or content_type.startswith("multipart/")
    )


def is_gzip_file(start: bytes) -> bool:
    """Whether a DICOM file that begins with these 132 bytes is compressed."""
    return start.startswith(_GZIP) and start[_PREFIX] != b"DICM"


class Decompression:
    """Decompresses what comes piece by piece."""

    def __init__(self, encoding: str) -> None:
        """``encoding`` is a Content-Encoding. Raises KeyError for one that was not asked for."""
        self._is_gzip: Final = _IS_GZIP[encoding]
        self._data = b""
        self._position = 0
        self._inflate: zlib._Decompress | None = None

    @property
    def has_ended(self) -> bool:
        """Whether all that came is whole."""
        return self._inflate is None or self._inflate.eof

    def add(self, data: bytes) -> None:
        """The next compressed bytes."""
        self._data = self._data[self._position :] + data
        self._position = 0

    def read(self, size: int) -> bytes:
        """At most so many bytes of what came; b"" where more must come first.

        Raises zlib.error for damaged bytes.
        """
        members = 0
        while self._position < len(self._data):
            first = self._data[self._position]
            if self._inflate is None or self._inflate.eof:
                # gzip may be several members (RFC 1952 2.2). What else follows is nothing.
                if self._inflate is not None and not (self._is_gzip and first == _GZIP[0]):
                    self._position = len(self._data)
                    break
                members += 1
                if members > _MOST_EMPTY_MEMBERS:
                    raise zlib.error("members without end, and nothing in them")
                self._inflate = zlib.decompressobj(self._format(first))
            # Piece by piece: what is left of each is copied.
            taken = memoryview(self._data)[self._position : self._position + _TAKEN]
            piece = self._inflate.decompress(taken, size)
            left = self._inflate.unused_data or self._inflate.unconsumed_tail
            self._position += len(taken) - len(left)
            if piece:
                return piece
        return b""

    def _format(self, first: int) -> int:
        if self._is_gzip:
            return _GZIP_FORMAT
        # Deflate is in the format of zlib (RFC 9110 8.4.1.2); some servers leave its head out.
        return zlib.MAX_WBITS if first & 0x0F == zlib.DEFLATED else -zlib.MAX_WBITS
