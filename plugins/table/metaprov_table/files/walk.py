"""The files in a folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .as_text import path_as_text
from .file import File, file_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .excluded import Excluded

__all__ = ["files_below"]


def files_below(folder: str, source: str, excluded: Excluded) -> Iterator[File]:
    """The files of a folder by name, then those of the folders in it; links are not followed.

    A folder that cannot be read is given in the place of what is in it.
    """
    try:
        with os.scandir(folder) as entries:
            waiting = sorted(entries, key=lambda entry: entry.name, reverse=True)
    except OSError:
        # Who opens it says why.
        yield File(path_as_text(folder), None, None)
        return
    folders = []
    while waiting:
        entry = waiting.pop()  # it keeps what it is asked: 600 bytes of each of a million files
        is_folder = _is_folder(entry)
        if excluded.has(entry.path, source, is_folder=is_folder):
            continue
        if not is_folder:
            yield file_of(entry)
        elif not entry.is_symlink():
            folders.append(entry.path)
    for each in folders:
        yield from files_below(each, source, excluded)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
