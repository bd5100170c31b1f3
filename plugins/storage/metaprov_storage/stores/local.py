"""A file on this disk, which stays open for as long as somebody reads from it."""

from __future__ import annotations

import os
import stat
from threading import Lock
from typing import Final
from weakref import finalize

from metaprov_core import MetadataReadError

__all__ = ["LocalFile", "stamp_of"]

_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class LocalFile:
    """A regular file; any number of threads may read from it.

    Raises MetadataReadError for anything else.
    """

    def __init__(self, path: str) -> None:
        self.name: Final = path
        try:
            self._descriptor: Final = os.open(path, _FLAGS)
        except FileNotFoundError as error:
            raise MetadataReadError(path, "no such file") from error
        except (OSError, ValueError) as error:
            raise MetadataReadError(path, getattr(error, "strerror", None) or str(error)) from error
        # Closed with the last archive, member or header that reads from it.
        finalize(self, os.close, self._descriptor)
        status = os.fstat(self._descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise MetadataReadError(path, "it is not a regular file")
        self.size: Final = status.st_size
        self.version: Final[object] = _stamp(status)
        self._lock: Final = Lock()

    def read(self, length: int, start: int) -> bytes:
        """Read ``length`` bytes from ``start``; fewer only where the file ends."""
        length = max(0, min(length, self.size - start))
        try:
            if hasattr(os, "pread"):
                return os.pread(self._descriptor, length, start)
            with self._lock:
                os.lseek(self._descriptor, start, os.SEEK_SET)
                return os.read(self._descriptor, length)
        except OSError as error:
            raise MetadataReadError(self.name, error.strerror or str(error)) from error


def stamp_of(path: str) -> object:
    """What a file's `version` is now; None where there is none."""
    try:
        return _stamp(os.stat(path))  # noqa: PTH116 - for each question
    except (OSError, ValueError):
        return None


def _stamp(status: os.stat_result) -> int:
    return hash((status.st_ino, status.st_size, status.st_mtime_ns))
