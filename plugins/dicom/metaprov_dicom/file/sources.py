"""Where the bytes of a header come from: files, streams, buffers, and whatever else can be read."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final, Protocol, Self

from metaprov_core import MetadataReadError

if TYPE_CHECKING:
    import io

__all__ = [
    "FIRST_READ",
    "GROWTH",
    "BytesSource",
    "FileSource",
    "HeaderSource",
    "NotDicomError",
    "StreamSource",
]

# Opening a pipe must not wait; that it is one is seen afterwards. Windows has O_BINARY instead.
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


#: Most headers are in so many bytes; each further read is so many times as long as the one before.
FIRST_READ: Final = 8 * 1024
GROWTH: Final = 8
#: Of a stream no more is asked for at once.
_AT_ONCE: Final = 1024 * 1024


class NotDicomError(MetadataReadError):
    """The file can be read, and is not DICOM."""

    def __str__(self) -> str:
        return f"{self.source} is not DICOM: {self.reason}"


class HeaderSource(Protocol):
    """The bytes of one DICOM file (PS3.10), wherever they are.

    A header is read in a few pieces, the first one of 8 KB, each further one eight times as long.
    """

    @property
    def name(self) -> str:
        """What errors call it: a path, a URL without secrets."""

    @property
    def size(self) -> int | None:
        """How many bytes there are, or how many there should be; None: not known."""

    @property
    def version(self) -> object:
        """Something that is equal for as long as the bytes are the same; None where none can be.

        With a version, values of more than 64 KB are left where they are and read when somebody
        asks for them: the instance keeps the source. Without one they are read with the header.
        """

    def read(self, length: int, start: int, /) -> bytes:
        """Read ``length`` bytes from ``start``; fewer only where there are no more.

        Raises MetadataReadError where they cannot be read.
        """


class FileSource:
    """A regular file that is not empty, open for reading, and opened again once it is closed.

    Raises MetadataReadError for anything else.
    """

    __slots__ = ("_descriptor", "name", "size", "version")

    def __init__(self, path: str) -> None:
        self.name: Final = path
        try:
            self._descriptor: int | None = os.open(path, _FLAGS)
        except FileNotFoundError as error:
            raise MetadataReadError(path, "no such file") from error
        except (OSError, ValueError) as error:
            raise MetadataReadError(path, getattr(error, "strerror", None) or str(error)) from error
        status = os.fstat(self._descriptor)
        self.size: Final = status.st_size
        # Each header keeps it: a number takes less room than three.
        self.version: object = hash((status.st_ino, status.st_size, status.st_mtime_ns))
        if not stat.S_ISREG(status.st_mode) or not status.st_size:
            self.close()
            raise _no_image(path, status.st_mode)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; `read` opens it for itself then."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def read(self, length: int, start: int) -> bytes:
        """Read ``length`` bytes from ``start``; fewer only where the file ends."""
        if self._descriptor is None:
            with FileSource(self.name) as again:
                self.version = again.version
                return again.read(length, start)
        try:
            # What a header declares may be much more than there is.
            return _read_at(self._descriptor, min(length, self.size), start)
        except OSError as error:
            raise MetadataReadError(self.name, error.strerror or str(error)) from error


class StreamSource:
    """A stream that can be read from any place, for as long as it is open."""

    def __init__(self, stream: io.RawIOBase | io.BufferedIOBase, size: int, name: str) -> None:
        """``size`` is that of the stream, or the most that is to be read of it."""
        self._stream: Final = stream
        self._at: int | None = None
        self.name: Final = name
        self.size: Final = size
        #: Nobody knows how long it stays open.
        self.version: Final = None

    def read(self, length: int, start: int) -> bytes:
        """Read ``length`` bytes from ``start``; fewer only where the stream ends."""
        pieces: list[bytes] = []
        left = length
        try:
            if self._at != start:
                self._stream.seek(start)
            # What a header declares may be much more than there is.
            while left and (piece := self._stream.read(min(left, _AT_ONCE)) or b""):
                pieces.append(piece)
                left -= len(piece)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise MetadataReadError(self.name, reason) from error
        self._at = start + length - left
        return b"".join(pieces)


class BytesSource:
    """Bytes in memory: a whole file, or the beginning of one."""

    def __init__(self, data: bytes, name: str) -> None:
        self._data: Final = data
        self.name: Final = name
        self.size: Final = len(data)
        #: Values are read with the header: an instance keeps no pixels.
        self.version: Final = None

    def read(self, length: int, start: int) -> bytes:
        """The ``length`` bytes from ``start`` on, as far as there are."""
        return self._data[start : start + length]


if hasattr(os, "pread"):
    _read_at = os.pread
else:

    def _read_at(descriptor: int, length: int, start: int, /) -> bytes:
        os.lseek(descriptor, start, os.SEEK_SET)
        return os.read(descriptor, length)


def _no_image(path: str, mode: int) -> MetadataReadError:
    if stat.S_ISDIR(mode):
        return MetadataReadError(path, "it is a folder")
    return NotDicomError(
        path, "the file is empty" if stat.S_ISREG(mode) else "it is not a regular file"
    )
