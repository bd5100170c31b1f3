"""A part of a file as a file, and a source as a file of Python's."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from metaprov_core import MetadataReadError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from metaprov_dicom import HeaderSource

__all__ = ["AsFile", "Part"]


class Part:
    """Some bytes of a source: a member that is stored as it is."""

    __slots__ = ("_source", "_start", "name", "size", "version")

    def __init__(
        self, source: HeaderSource, start: int, size: int, name: str, version: object
    ) -> None:
        self._source: Final = source
        self._start: Final = start
        self.name: Final = name
        self.size: Final = size
        self.version: Final = version

    def read(self, length: int, start: int) -> bytes:
        """Read ``length`` bytes from ``start``; fewer only where the part ends."""
        length = min(length, self.size - start)
        if length <= 0:
            return b""
        data = self._source.read(length, self._start + start)
        if len(data) < length:
            raise MetadataReadError(self.name, "the archive ends inside it")
        return data


class AsFile(io.RawIOBase):
    """A source as a seekable file, for what reads the lists of archives."""

    def __init__(self, source: HeaderSource, size: int) -> None:
        super().__init__()
        self._source: Final = source
        self._size: Final = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("it begins after that")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        length = min(len(view), max(0, self._size - self._position))
        data = self._source.read(length, self._position) if length else b""
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def read(self, size: int | None = -1, /) -> bytes:
        # What a damaged archive says of its list may be more than there is.
        left = max(0, self._size - self._position)
        length = left if size is None or size < 0 else min(size, left)
        data = self._source.read(length, self._position) if length else b""
        self._position += len(data)
        return data
