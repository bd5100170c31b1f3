"""A file that may be DICOM, open to read its header."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final, Self

from metaprov_core import MetadataReadError

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["HeaderFile", "NotDicomError"]

# Opening a pipe must not wait; that it is one is seen afterwards. Windows has O_BINARY instead.
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class NotDicomError(MetadataReadError):
    """The file can be read, and is not DICOM."""

    def __str__(self) -> str:
        return f"{self.source} is not DICOM: {self.reason}"


class HeaderFile:
    """A regular file that is not empty, open for reading.

    Raises MetadataReadError for anything else.
    """

    __slots__ = ("_descriptor", "path", "size", "version")

    def __init__(self, path: str) -> None:
        self.path: Final = path
        try:
            self._descriptor: Final = os.open(path, _FLAGS)
        except FileNotFoundError as error:
            raise MetadataReadError(path, "no such file") from error
        except (OSError, ValueError) as error:
            raise MetadataReadError(path, getattr(error, "strerror", None) or str(error)) from error
        status = os.fstat(self._descriptor)
        self.size: Final = status.st_size
        #: The same for as long as the file is.
        self.version: Final = (status.st_ino, status.st_size, status.st_mtime_ns)
        if not stat.S_ISREG(status.st_mode) or not status.st_size:
            os.close(self._descriptor)
            raise _no_image(path, status.st_mode)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def read(self, length: int, start: int | None = None) -> bytes:
        """Read up to ``length`` bytes, from where the last read ended or from ``start``."""
        try:
            if start is not None:
                os.lseek(self._descriptor, start, os.SEEK_SET)
            # What a header declares may be much more than there is.
            return os.read(self._descriptor, min(length, self.size))
        except OSError as error:
            raise MetadataReadError(self.path, error.strerror or str(error)) from error


def _no_image(path: str, mode: int) -> MetadataReadError:
    if stat.S_ISDIR(mode):
        return MetadataReadError(path, "it is a folder")
    return NotDicomError(
        path, "the file is empty" if stat.S_ISREG(mode) else "it is not a regular file"
    )
