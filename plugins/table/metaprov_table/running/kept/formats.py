"""The files of a finished table, and how each format has rows."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, Protocol, Self

import msgspec
import pyarrow as pa
from pyarrow import csv, parquet

from metaprov_core.cli.as_json import encoded
from metaprov_table.errors import TableError
from metaprov_table.running.summary import Counts, Summary

from .plan import Made
from .whole_files import GOES_ON, refuse_no_place, refuse_unwritable, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["ROW_GROUP", "Outputs"]

#: Rows of Parquet that are compressed together. In groups of 1,000 a row takes thrice the room; to
#: write one of 100,000, with the default types, takes 400 MB of memory, and one of these 260.
ROW_GROUP: Final = 25_000
#: Where a Parquet file says how it was made.
_MADE: Final = b"metaprov_table"


class _Writer(Protocol):
    def write(self, table: pa.Table) -> None: ...


class Outputs(NamedTuple):
    """The files that a run writes: the table, and beside it its volumes and errors."""

    table: Path
    #: Whether the volumes are one.
    with_volumes: bool = True

    @classmethod
    def of(cls, output: Path, *, with_volumes: bool) -> Outputs:
        """Those of an output, whose suffix says the format. Raises `TableError`."""
        refuse_no_place(output)
        if output.suffix not in _WRITERS:
            raise TableError(
                f"cannot write {output}: its name is to end with {', '.join(_WRITERS)}"
            )
        outputs = cls(output, with_volumes)
        for path in outputs.written:
            refuse_no_place(path)
        return outputs

    @property
    def volumes(self) -> Path:
        """One row a volume."""
        return self._beside("volumes")

    @property
    def errors(self) -> Path:
        """What failed."""
        return self._beside("errors")

    @property
    def beside(self) -> tuple[Path, ...]:
        """The tables beside that of images."""
        return (self.volumes, self.errors) if self.with_volumes else (self.errors,)

    @property
    def written(self) -> tuple[Path, ...]:
        """All that a run writes."""
        tables = (self.table, *self.beside)
        return tables if self.is_parquet else (*tables, self._sidecar)

    @property
    def files(self) -> tuple[Path, ...]:
        """All that a run, and a report of it, writes."""
        report = self.table.with_name(f"{self.table.stem}.report.html")
        return (*self.written, self.volumes, self._beside("findings"), report)

    def refuse_unwritable(self) -> None:
        """Raise `TableError` where one of the files that a run writes cannot be written."""
        for path in self.written:
            refuse_unwritable(path)

    def remove_volumes(self) -> None:
        """Remove those of a run that looked for them, where this one does not."""
        if not self.with_volumes:
            self.volumes.unlink(missing_ok=True)

    def foreign(self) -> Iterator[Path]:
        """The files in the places of these that say of no table how it was made."""
        if not self.is_parquet and _is_about_a_table(self._sidecar):
            return
        for path in dict.fromkeys((*self.written, self.volumes)):
            if path.exists() and not (self.is_parquet and _is_of_a_table(path)):
                yield path

    @property
    def is_parquet(self) -> bool:
        """Whether the table says itself what it holds, as an update needs."""
        return self.table.suffix == ".parquet"

    def made(self) -> Made:
        """How the finished table was made. Raises `TableError` for a file that is none."""
        try:
            return msgspec.json.decode(self._made(), type=Made)
        except (OSError, KeyError, pa.ArrowException, msgspec.MsgspecError) as error:
            raise TableError(
                f"{self.table} is there, and not a table of this version: --fresh replaces it"
            ) from error

    def check_whole(self) -> None:
        """Raise `TableError` where a file beside the table is gone."""
        for path in self.beside:
            if not path.exists():
                raise TableError(
                    f"{path} is not there any more, which belongs to {self.table}: --fresh makes "
                    "both anew"
                )

    def summary(self, counts: Counts, *, up_to_date: bool) -> Summary:
        """What a run comes to."""
        return Summary(self.table, self.errors, counts, up_to_date)

    @contextmanager
    def writing(self, path: Path, schema: pa.Schema, made: Made) -> Iterator[_Writer]:
        """Write one of the files, which is there in the end."""
        about = msgspec.json.encode(made)
        with written(path, GOES_ON) as file:
            writer = _WRITERS[self.table.suffix](file, schema, about)
            with writer:
                yield writer
        if not self.is_parquet and path == self.table:
            with written(self._sidecar, GOES_ON) as file:
                file.write(msgspec.json.format(about))

    def _made(self) -> bytes:
        if not self.is_parquet:
            return self._sidecar.read_bytes()
        made: bytes = (parquet.read_schema(self.table).metadata or {})[_MADE]
        return made

    @property
    def _sidecar(self) -> Path:
        # Named as the metadata of CSV are: W3C, Tabular Data on the Web, 5.3.
        return self.table.with_name(f"{self.table.name}-metadata.json")

    def _beside(self, what: str) -> Path:
        return self.table.with_name(f"{self.table.stem}.{what}{self.table.suffix}")


class _Parquet:
    """zstd 3 takes half the room of snappy, in less time."""

    def __init__(self, file: BinaryIO, schema: pa.Schema, about: bytes) -> None:
        self._writer = parquet.ParquetWriter(
            file, schema.with_metadata({_MADE: about}), compression="zstd", compression_level=3
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table.replace_schema_metadata(None), row_group_size=ROW_GROUP)


class _Csv:
    """One line a row; what CSV has not, lists and structs, are JSON."""

    def __init__(self, file: BinaryIO, schema: pa.Schema, _: bytes) -> None:
        self._schema = pa.schema([pa.field(each.name, _csv_type(each.type)) for each in schema])
        self._writer = csv.CSVWriter(file, self._schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def write(self, table: pa.Table) -> None:
        arrays = [
            column if column.type == field.type else pa.array(_texts(column), pa.string())
            for column, field in zip(table.columns, self._schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))


class _JsonLines:
    """One object a row."""

    def __init__(self, file: BinaryIO, _: pa.Schema, __: bytes) -> None:
        self._file = file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def write(self, table: pa.Table) -> None:
        for batch in table.to_batches(10_000):
            self._file.writelines(encoded(row) + b"\n" for row in batch.to_pylist())


_WRITERS: Final[dict[str, Callable[[BinaryIO, pa.Schema, bytes], Any]]] = {
    ".parquet": _Parquet,
    ".csv": _Csv,
    ".jsonl": _JsonLines,
}


def _is_of_a_table(path: Path) -> bool:
    """Whether a Parquet file says how it was made, by whatever version."""
    try:
        return _MADE in (parquet.read_schema(path).metadata or {})
    except (OSError, pa.ArrowException):
        return False


def _is_about_a_table(path: Path) -> bool:
    """Whether a file says how a table was made, by whatever version."""
    try:
        about = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return False
    return isinstance(about, dict) and {*Made.__struct_fields__} <= {*about}


def _csv_type(type: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_nested(type) or pa.types.is_binary(type) else type


def _texts(column: pa.ChunkedArray) -> Iterator[str | None]:
    for value in column.to_pylist():
        yield None if value is None else encoded(value).decode()
