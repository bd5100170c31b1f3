"""The first bytes of a file, inflated where it is compressed, and which state of it they are of."""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import MetadataReadError

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["GZIP", "GZIP_MAGIC", "FileState", "FirstBytes", "first_bytes", "state_of"]

#: How much is read: a header has 348 or 540 bytes, compressed or not.
_READ: Final = 2_048
_LONGEST_HEADER: Final = 540
#: How gzip begins (RFC 1952 2.3.1).
GZIP_MAGIC: Final = b"\x1f\x8b"
#: What zlib wants to hear for gzip.
GZIP: Final = 16 + zlib.MAX_WBITS


class FileState(NamedTuple):
    """What changes when a file is written."""

    size: int
    mtime_ns: int


class FirstBytes(NamedTuple):
    """How a file begins."""

    data: bytes
    compressed: bool
    state: FileState


def first_bytes(path: str) -> FirstBytes:
    """Read how a file begins. Raises MetadataReadError, with the reason."""
    try:
        # One read, and no buffer for it; a Path would take as long as the reading.
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            state = state_of(file.fileno())
            data = file.read(_READ)
            if data[:2] != GZIP_MAGIC:
                return FirstBytes(data, compressed=False, state=state)
            return FirstBytes(_inflated(data, file), compressed=True, state=state)
    except zlib.error as error:
        raise MetadataReadError(path, f"it is damaged gzip: {error}") from error
    except OSError as error:
        raise MetadataReadError(path, error.strerror or str(error)) from error


def state_of(file: str | int) -> FileState:
    """The state that a file is in, by its path or its descriptor. Raises OSError."""
    status = os.stat(file)  # noqa: PTH116 - of both
    return FileState(status.st_size, status.st_mtime_ns)


def _inflated(data: bytes, file: BinaryIO) -> bytes:
    """What a header may need of it; names and comments in the head of gzip may be long."""
    inflate = zlib.decompressobj(GZIP)
    found = inflate.decompress(data, _READ)
    while len(found) < _LONGEST_HEADER and not inflate.eof and (data := file.read(_READ)):
        found += inflate.decompress(data, _READ)
    return found
