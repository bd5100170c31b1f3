"""What was finished before: the table that is updated, and the parts of this run and others."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import pyarrow as pa
from pyarrow import compute, parquet

from metaprov_table.rows import ERRORS_SCHEMA
from metaprov_table.rows.failures import OPEN

from .known import Known
from .parts import ERRORS, IMAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from .parts import Parts

__all__ = ["ORDER_OF_ERRORS", "FinishedTable", "Piece", "Runs"]

#: That of the rows in the table of errors.
ORDER_OF_ERRORS: Final = [(name, "ascending") for name in ("path", "image", "stage", "reason")]

#: What tells whether a file has changed.
_FILE: Final = ("path", "size", "mtime_ns")
#: The number of the table that is updated; those of parts begin with 1.
_UPDATED: Final = 0


class Piece(NamedTuple):
    """Rows by path and frame, which are in memory when they are read."""

    #: The path of the first one.
    first: str
    read: Callable[[], pa.Table]


class _Run(Protocol):
    """Rows that are finished."""

    def images(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Some columns of the images, a part of the rows at a time."""

    def errors(self) -> pa.Table:
        """What failed, by ERRORS_SCHEMA."""

    def pieces(self) -> Iterator[Piece]:
        """All columns that it has of the images."""


class _FinishedPart(NamedTuple):
    """What a task of the first pass has left."""

    parts: Parts
    number: int

    def images(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        yield self.parts.read(IMAGES, self.number, columns)

    def errors(self) -> pa.Table:
        if not self.parts.has(ERRORS, self.number):
            return ERRORS_SCHEMA.empty_table()
        return self.parts.read(ERRORS, self.number)

    def pieces(self) -> Iterator[Piece]:
        (paths,) = self.images(["path"])
        if paths.num_rows:
            yield Piece(paths["path"][0].as_py(), lambda: self.parts.read(IMAGES, self.number))


class FinishedTable(NamedTuple):
    """A finished table, and the one of its errors."""

    table: Path
    of_errors: Path

    def images(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        with parquet.ParquetFile(self.table) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns=list(columns))

    def errors(self) -> pa.Table:
        return parquet.read_table(self.of_errors).cast(ERRORS_SCHEMA)

    def pieces(self) -> Iterator[Piece]:
        for group, paths in enumerate(self.images(["path"])):
            if paths.num_rows:
                yield Piece(paths["path"][0].as_py(), partial(self._group, group))

    def _group(self, group: int) -> pa.Table:
        with parquet.ParquetFile(self.table) as file:
            return file.read_row_group(group)


class Runs:
    """All runs of a table: where one has a file again, it counts no more in those before."""

    def __init__(self, parts: Parts, updated: FinishedTable | None) -> None:
        self._parts = parts
        self._updated = updated
        #: The files in them. Once all that there are were found, the others are gone.
        self.known = Known()
        for number, run in self._runs():
            errors = run.errors()
            for files in chain(run.images(_FILE), [errors.select(_FILE)]):
                self.known.add(number, files)
            # Whoever is allowed to open a file now has not changed it.
            unopened = errors.filter(compute.equal(errors["stage"], OPEN))
            self.known.ask_again(unopened["path"].to_pylist())

    def are_as_updated(self) -> bool:
        """Whether they come to what the table that is updated has already.

        A file that cannot be opened is tried each time, and mostly fails as it did before.
        """
        if self._updated is None:
            return False
        for number, run in self._runs():
            for paths in run.images(["path"]):
                before = paths.num_rows if number == _UPDATED else 0
                if self._that_count(number, paths).num_rows != before:
                    return False
        now = pa.concat_tables(self.errors()).sort_by(ORDER_OF_ERRORS)
        return bool(now.equals(self._updated.errors().sort_by(ORDER_OF_ERRORS)))

    def images(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Some columns, the path among them, of the images in the files that count."""
        for number, run in self._runs():
            for table in run.images(columns):
                yield self._that_count(number, table)

    def errors(self) -> Iterator[pa.Table]:
        """The errors of the files that count, first those of the table that is updated."""
        for number, run in self._runs():
            yield self._that_count(number, run.errors())

    def pieces(self) -> Iterator[Piece]:
        """All columns of the images in the files that count."""
        for number, run in self._runs():
            for first, read in run.pieces():
                yield Piece(first, partial(self._read, number, read))

    def _runs(self) -> Iterator[tuple[int, _Run]]:
        if self._updated is not None:
            yield _UPDATED, self._updated
        for number in self._parts.numbers(IMAGES):
            yield number, _FinishedPart(self._parts, number)

    def _read(self, number: int, read: Callable[[], pa.Table]) -> pa.Table:
        return self._that_count(number, read())

    def _that_count(self, number: int, table: pa.Table) -> pa.Table:
        return _without(table, self.known.lost[number])


def _without(table: pa.Table, paths: set[str]) -> pa.Table:
    """The rows of other files than these."""
    if not paths:
        return table
    there = compute.is_in(table["path"], value_set=pa.array(paths, pa.string()))
    return table.filter(compute.invert(there))
