"""A file, with what tells whether it has changed."""

from __future__ import annotations

import os
from typing import NamedTuple

from .as_text import path_as_text

__all__ = ["File", "file_at", "file_of"]


class File(NamedTuple):
    """A file; or an image that is no file, by its id without frame, of which no size is known."""

    #: Absolute, or a ``file:`` URL where that is no text; or the image id, or a source.
    path: str
    #: In bytes; None where the file cannot be looked at.
    size: int | None
    #: Of its last change, in ns since 1970.
    mtime_ns: int | None
    #: Of a source whose images cannot be found: why.
    failure: str | None = None


def file_at(path: str) -> File:
    """The file at an absolute path, whether there is one or not."""
    try:
        return _file(path, os.stat(path))  # noqa: PTH116 - for each of a million lines
    except (OSError, ValueError):
        return _file(path, None)


def file_of(entry: os.DirEntry[str]) -> File:
    """The file of an entry of a folder."""
    try:
        return _file(entry.path, entry.stat())
    except OSError:
        return _file(entry.path, None)


def _file(path: str, status: os.stat_result | None) -> File:
    if status is None:
        return File(path_as_text(path), None, None)
    return File(path_as_text(path), status.st_size, status.st_mtime_ns)
