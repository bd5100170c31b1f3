"""The first bytes of a file, inflated where it is compressed, and which state of it they are of."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import MetadataReadError

if TYPE_CHECKING:
    from typing import BinaryIO

    from metaprov_nifti.content import Content

__all__ = ["GZIP", "GZIP_MAGIC", "FirstBytes", "first_bytes", "next_member"]

#: How much is read: a header has 348 or 540 bytes, compressed or not.
_READ: Final = 2_048
_LONGEST_HEADER: Final = 540
#: How gzip begins (RFC 1952 2.3.1).
GZIP_MAGIC: Final = b"\x1f\x8b"
#: What zlib wants to hear for gzip.
GZIP: Final = 16 + zlib.MAX_WBITS


class FirstBytes(NamedTuple):
    """How a file begins."""

    data: bytes
    compressed: bool
    #: What `Content.state_of` was when they were read.
    state: object


def first_bytes(content: Content) -> FirstBytes:
    """Read how a file begins. Raises MetadataReadError, with the reason."""
    try:
        with content.opened() as file:
            state = content.state_of(file)
            data = file.read(_READ)
            if data[:2] != GZIP_MAGIC:
                return FirstBytes(data, compressed=False, state=state)
            return FirstBytes(_inflated(data, file), compressed=True, state=state)
    except zlib.error as error:
        raise MetadataReadError(content.name, f"it is damaged gzip: {error}") from error


def _inflated(data: bytes, file: BinaryIO) -> bytes:
    """What a header may need of it; names and comments in the head of gzip may be long."""
    inflate = zlib.decompressobj(GZIP)
    found = b""
    while len(found) < _LONGEST_HEADER and data:
        if inflate.eof:
            data = next_member(data, file)
            if not data:
                break
            inflate = zlib.decompressobj(GZIP)
        found += inflate.decompress(data, _READ)
        data = inflate.unused_data or file.read(_READ)
    return found


def next_member(data: bytes, file: BinaryIO) -> bytes:
    """What is read behind a member of gzip, from the next member on; nothing where there is none.

    Zeros between members, and behind the last one, are padding, as in Python's gzip.
    """
    while len(data := data.lstrip(b"\0")) < len(GZIP_MAGIC) and (more := file.read(_READ)):
        data += more
    return data if data.startswith(GZIP_MAGIC) else b""
