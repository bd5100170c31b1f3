"""Which files need not be asked about: those that are finished, and have not changed since."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from metaprov_table.files import File

__all__ = ["Known"]

#: The size of no file.
_ANOTHER: Final = -1


class _Held(NamedTuple):
    """Where the rows of a file are, and as of when."""

    run: int
    size: int | None
    mtime_ns: int | None


class Known:
    """The files of earlier runs, by their numbers; of a file in several the last one counts."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        #: By run: the paths whose rows there are no longer true.
        self.lost: defaultdict[int, set[str]] = defaultdict(set)

    def add(self, run: int, files: pa.Table) -> None:
        """Files of a run: path, size and time."""
        columns = (column.to_pylist() for column in files.columns)
        for path, size, mtime_ns in zip(*columns, strict=True):
            before = self._held.get(path)
            if before is not None and before.run != run:
                self.lost[before.run].add(path)
            self._held[path] = _Held(run, size, mtime_ns)

    def ask_again(self, paths: Iterable[str]) -> None:
        """Let these files, which are known, count as changed."""
        for path in paths:
            self._held[path] = self._held[path]._replace(size=_ANOTHER)

    def has(self, file: File) -> bool:
        """Whether a file that was found is finished; to be asked once for each file."""
        held = self._held.pop(file.path, None)
        if held is None:
            return False
        if (held.size, held.mtime_ns) == (file.size, file.mtime_ns):
            return True
        self.lost[held.run].add(file.path)
        return False

    def lose_the_rest(self) -> None:
        """All files were found: those that were not are gone."""
        for path, held in self._held.items():
            self.lost[held.run].add(path)
        self._held.clear()
