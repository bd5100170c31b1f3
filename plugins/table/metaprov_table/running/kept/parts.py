"""The parts of a table that are finished: files beside the output, each whole or not there.

``plan.json`` says what the run is, ``part-N`` and ``errors-N`` have the answers of some files,
``series-N``, ``volumes-N`` and ``series-errors-N`` those of some series, which are true as long as
these have the files that were asked about. They are Arrow files: a thousand rows in Parquet are
three times the work.
"""

from __future__ import annotations

import re
from itertools import count
from shutil import rmtree
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import pyarrow as pa
from pyarrow import ipc

from metaprov_table.errors import TableError

from .plan import Plan  # noqa: TC001 - msgspec reads the annotations
from .whole_files import GOES_ON, UNFINISHED, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["ERRORS", "IMAGES", "SERIES", "SERIES_ERRORS", "VOLUMES", "Begun", "Parts"]

IMAGES: Final = "part"
ERRORS: Final = "errors"
SERIES: Final = "series"
VOLUMES: Final = "volumes"
SERIES_ERRORS: Final = "series-errors"

#: The part that says that a task is finished, and those that were written before it.
_LAST: Final = {IMAGES: (ERRORS,), SERIES: (VOLUMES, SERIES_ERRORS)}
_PLAN: Final = "plan.json"
#: The names in the folder, those of files that are not finished among them.
_OWN: Final = re.compile(
    rf"lock|({re.escape(_PLAN)}|[a-z-]+-\d{{6,}})(\.[0-9a-f]{{32}}{re.escape(UNFINISHED)})?"
    rf"|[0-9a-f]{{32}}{re.escape(UNFINISHED)}"
)
_OPTIONS: Final = ipc.IpcWriteOptions(compression="lz4")


class Begun(msgspec.Struct, frozen=True):
    """A run whose parts are there."""

    plan: Plan
    #: Whether it goes on from the finished table.
    is_update: bool


class Parts(NamedTuple):
    """The folder of the parts of an output; workers have it, too."""

    folder: Path

    @classmethod
    def beside(cls, output: Path) -> Parts:
        """The one of an output."""
        return cls(output.with_name(f"{output.name}.parts"))

    def begun(self) -> Begun | None:
        """What was begun here; None where nothing was."""
        try:
            return msgspec.json.decode((self.folder / _PLAN).read_bytes(), type=Begun)
        except FileNotFoundError:
            return None
        except msgspec.ValidationError as error:
            raise TableError(
                f"{self.folder} is of another version: use --fresh, or remove it"
            ) from error

    def begin(self, begun: Begun) -> None:
        """Say what is begun."""
        with written(self.folder / _PLAN, GOES_ON) as file:
            file.write(msgspec.json.format(msgspec.json.encode(begun)))

    def foreign(self) -> Iterator[Path]:
        """What is in the folder, and is no part."""
        if self.folder.is_dir():
            yield from (path for path in self.folder.iterdir() if not _OWN.fullmatch(path.name))

    def clear(self) -> None:
        """Remove every part, and what says what they are of; not the lock."""
        for path in [self.folder / _PLAN, *self.folder.glob("*-*")]:
            path.unlink(missing_ok=True)

    def remove_unfinished(self) -> None:
        """Remove what a run had not finished when it was ended."""
        for path in self.folder.glob(f"*{UNFINISHED}"):
            path.unlink(missing_ok=True)
        for last, others in _LAST.items():
            finished = set(self.numbers(last))
            for kind in others:
                for number in set(self.numbers(kind)) - finished:
                    self._path(kind, number).unlink()

    def remove(self) -> None:
        """Remove the folder."""
        rmtree(self.folder, ignore_errors=True)

    def numbers(self, kind: str) -> list[int]:
        """The numbers of the finished parts of a kind, in the order in which they were begun."""
        names = (path.name.rpartition("-") for path in self.folder.glob(f"{kind}-*"))
        return sorted(int(number) for of, _, number in names if of == kind and number.isdigit())

    def new_numbers(self) -> Iterator[int]:
        """Numbers that no part has."""
        return count(1 + max([0, *self.numbers(IMAGES), *self.numbers(SERIES)]))

    def write(self, number: int, tables: Mapping[str, pa.Table]) -> None:
        """Write what a task has found: the last of the tables is there when all are.

        Raises `TableError` where there is no room.
        """
        *others, last = tables
        for kind in others:
            if tables[kind].num_rows:
                self._write(kind, number, tables[kind])
        self._write(last, number, tables[last])

    def read(self, kind: str, number: int, columns: Sequence[str] | None = None) -> pa.Table:
        """A part, or some columns of it, that is there."""
        with self._open(kind, number) as source:
            reader = ipc.open_file(source)
            if columns is None:
                return reader.read_all()
            places = [reader.schema.get_field_index(name) for name in columns]
            options = ipc.IpcReadOptions(included_fields=places)
            return ipc.open_file(source, options=options).read_all().select(list(columns))

    def has(self, kind: str, number: int) -> bool:
        """Whether there is such a part."""
        return self._path(kind, number).exists()

    def metadata(self, kind: str, number: int) -> Mapping[bytes, bytes]:
        """What is written beside the columns of a part."""
        with self._open(kind, number) as source:
            return ipc.open_file(source).schema.metadata or {}

    def _open(self, kind: str, number: int) -> pa.NativeFile:
        return pa.memory_map(str(self._path(kind, number)))

    def _path(self, kind: str, number: int) -> Path:
        return self.folder / f"{kind}-{number:06}"

    def _write(self, kind: str, number: int, table: pa.Table) -> None:
        with (
            written(self._path(kind, number), GOES_ON) as file,
            ipc.new_file(file, table.schema, options=_OPTIONS) as writer,
        ):
            writer.write_table(table.combine_chunks())
