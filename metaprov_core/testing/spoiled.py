"""The files that a test has made for its plugin, to be rewritten as others rewrite them."""

from __future__ import annotations

import os
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Files"]

_OTHER: Final = b"rewritten by the conformance tests\n"
#: How a database of SQLite begins.
_SQLITE: Final = b"SQLite format 3\0"
#: Nanoseconds by which each writing is later than the one before: some file systems count seconds.
_LATER: Final = 3_000_000_000


class Files:
    """The files below a folder; links, and what they lead to, are none of the test's own.

    They are written in place and stay as long as they were, so that what has one open, or mapped
    into memory, goes on. Databases of SQLite are left alone: nobody writes one but through SQLite.
    """

    def __init__(self, folder: Path) -> None:
        self._contents = {path: path.read_bytes() for path in _own_files(folder)}
        self._times = count(1)
        self._written = {path: path.stat().st_mtime_ns for path in self._contents}

    def __bool__(self) -> bool:
        return any(self._contents.values())

    @contextmanager
    def spoiled(self) -> Iterator[None]:
        """While it lasts, each has another content."""
        try:
            self._write(
                {
                    path: (_OTHER * (len(content) // len(_OTHER) + 1))[: len(content)]
                    for path, content in self._contents.items()
                }
            )
            yield
        finally:
            self._write(self._contents)

    def _write(self, contents: dict[Path, bytes]) -> None:
        later = next(self._times) * _LATER
        for path, content in contents.items():
            with path.open("r+b") as file:
                file.write(content)
            time = self._written[path] + later
            os.utime(path, ns=(time, time))


def _own_files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            path = Path(place, name)
            is_own = path.is_file() and not path.is_symlink() and path.stat().st_nlink == 1
            if is_own and not _is_of_database(path):
                yield path


def _is_of_database(path: Path) -> bool:
    if path.name.endswith(("-wal", "-shm", "-journal")):
        return True
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE
