"""Tar archives, compressed or not: where their members are, and the bytes of each."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
import tarfile
import zlib
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataReadError

from .parts import AsFile, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from metaprov_dicom import HeaderSource

__all__ = ["TarArchive"]

#: How a compressed archive begins, and what reads it.
_COMPRESSED: Final[dict[bytes, Callable[[Any], Any]]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file, mode="rb"),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
}
_DAMAGED: Final = (tarfile.TarError, OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)
#: So much may a compressed archive have, or so many times its size if that is more.
_MOST: Final = 1024**3
_MOST_TIMES: Final = 64


class TarArchive:
    """A tar archive of which all heads were read: it has no list."""

    def __init__(self, source: HeaderSource, size: int) -> None:
        start = source.read(8, 0)
        opener = next((o for sign, o in _COMPRESSED.items() if start.startswith(sign)), None)
        self._source: HeaderSource = source
        if opener is not None:
            self._source = _Unpacked(opener(AsFile(source, size)), source, size)
        self._members: Final[dict[str, tuple[int, int]]] = {}
        # Of a compressed one nobody knows where it ends: it is read from its beginning to there.
        file = AsFile(self._source, size if opener is None else sys.maxsize)
        try:
            with tarfile.open(fileobj=file, mode="r:") as archive:
                for member in archive:
                    # Links name what has another name, and sparse files are in several pieces.
                    if member.isreg() and not member.issparse():
                        self._members[member.name] = (member.offset_data, member.size)
        except MetadataReadError:
            raise
        except _DAMAGED as error:
            raise MetadataReadError(source.name, f"damaged: {error}") from error
        self.version: Final = source.version

    def names(self) -> Iterable[str]:
        """The names of all files in it."""
        return list(self._members)

    def position(self, name: str) -> int:
        """Where a file in it begins; 0 where there is none."""
        return self._members.get(name, (0, 0))[0]

    def member(self, name: str, title: str) -> HeaderSource:
        """The bytes of a file in it."""
        place = self._members.get(name)
        if place is None:
            raise MetadataReadError(title, "the archive has no member of this name")
        version = None if self.version is None else (self.version, *place)
        return Part(self._source, *place, title, version)


class _Unpacked:
    """What is in a compressed file; going back in it begins anew."""

    def __init__(self, file: Any, source: HeaderSource, size: int) -> None:
        self._file: Final = file
        self._lock: Final = Lock()
        self._most: Final = _most(size)
        self.name: Final = source.name
        self.size: Final = None
        self.version: Final = source.version

    def read(self, length: int, start: int) -> bytes:
        if start + length > self._most:
            reason = f"damaged: it unpacks to more than {self._most} bytes"
            raise MetadataReadError(self.name, reason)
        try:
            with self._lock:
                self._file.seek(start)
                data: bytes = self._file.read(length)
        except _DAMAGED as error:
            raise MetadataReadError(self.name, f"damaged: {error}") from error
        if start + len(data) >= self._most:
            raise MetadataReadError(
                self.name, f"damaged: it unpacks to more than {self._most} bytes"
            )
        return data


def _most(size: int) -> int:
    return max(_MOST, _MOST_TIMES * size)
