"""Bodies that are compressed without a header that says so, as files of an object store are."""

from __future__ import annotations

import zlib
from typing import Final

__all__ = ["Unzipping", "is_zipped", "is_zipped_file", "unzipped"]

#: The beginning of gzip (RFC 1952 2.3).
_GZIP: Final = b"\x1f\x8b\x08"
_WITH_HEAD: Final = 16 + zlib.MAX_WBITS
#: Where a DICOM file says so (PS3.10 7.1), after a preamble of any bytes.
_PREFIX: Final = slice(128, 132)


def is_zipped(body: bytes, content_type: str, accept: str) -> bool:
    """Whether a body is compressed: neither JSON nor parts begin so, and plain bytes may."""
    return body.startswith(_GZIP) and (
        "json" in accept or "gzip" in content_type or content_type.startswith("multipart/")
    )


def is_zipped_file(start: bytes) -> bool:
    """Whether a DICOM file that begins with these 132 bytes is compressed."""
    return start.startswith(_GZIP) and start[_PREFIX] != b"DICM"


def unzipped(body: bytes, limit: int) -> bytes:
    """A compressed body as it was, or its first bytes, if it has more than ``limit``.

    Raises zlib.error for one that is damaged or cut short.
    """
    unzipping = Unzipping(body)
    pieces, size = [], 0
    while size <= limit and (piece := unzipping.read(limit + 1 - size)):
        pieces.append(piece)
        size += len(piece)
    if size <= limit and not unzipping.has_ended:
        raise zlib.error("cut short")
    return b"".join(pieces)


class Unzipping:
    """Decompresses what comes piece by piece."""

    def __init__(self, data: bytes = b"") -> None:
        self._data = data
        self._member = zlib.decompressobj(_WITH_HEAD)

    @property
    def has_ended(self) -> bool:
        """Whether all that came is whole."""
        return self._member.eof

    def add(self, data: bytes) -> None:
        """The next compressed bytes."""
        self._data += data

    def read(self, size: int) -> bytes:
        """At most so many bytes of what came; b"" where more must come first.

        Raises zlib.error for damaged bytes.
        """
        while self._data:
            if self._member.eof:
                # A file may be several of them (RFC 1952 2.2), with zeros behind.
                if not self._data.lstrip(b"\0"):
                    break
                self._member = zlib.decompressobj(_WITH_HEAD)
            piece = self._member.decompress(self._data, size)
            self._data = self._member.unconsumed_tail or self._member.unused_data
            if piece:
                return piece
        return b""
