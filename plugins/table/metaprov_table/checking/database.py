"""A table's files as the views of a database, so that a query reads only what it needs."""

from __future__ import annotations

import glob
import os
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from metaprov_table.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from duckdb import DuckDBPyConnection

__all__ = ["BESIDE", "OF_REPORT", "answered", "beside", "opened"]

#: What a table has beside it, in files that are called after it.
BESIDE: Final = ("volumes", "errors")
#: What a report adds to them.
OF_REPORT: Final = "findings"
#: What the rows of every table begin with, and those of no other file.
_OF_IMAGES: Final = ("image", "path", "frame", "series")
#: Columns of `images` that say where a case is, and what they are called in the file. Where it
#: lacks one they are NULL: no query is without an answer for want of a place.
_PLACES: Final[Mapping[str, str]] = {
    "study": "generalStudyModule__studyInstanceUID",
    "modality": "generalSeriesModule__modality",
}
#: No query, of another package neither, makes a request for an extension.
_OPTIONS: Final[Mapping[str, str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
#: What helps to phrase a detail: a number of something, how many of all images, some of many texts,
#: how many texts if they differ; and a date, NULL where there is none.
_MACROS: Final = """
    CREATE MACRO counted(number, one, many) AS
        format('{:,} ', number::BIGINT) || if(number = 1, one, many);
    CREATE MACRO of_images(number, every) AS
        if(number = every, counted(every, 'image', 'images'),
            format('{:,} of ', number::BIGINT) || counted(every, 'image', 'images'));
    CREATE MACRO listed(texts) AS
        array_to_string(list_sort(list_distinct(texts))[:5], ', ')
        || if(len(list_distinct(texts)) > 5,
            ' and ' || (len(list_distinct(texts)) - 5) || ' more', '');
    CREATE MACRO differing(texts, many) AS
        if(len(list_distinct(texts)) > 1, len(list_distinct(texts)) || ' ' || many, NULL);
    CREATE MACRO date_of(text) AS
        if(regexp_full_match(text, '\\d{8}'), try_strptime(text, '%Y%m%d')::DATE, NULL);
"""
#: What DuckDB makes of the KeyboardInterrupt that Python has raised in the middle of a query.
_INTERRUPTED: Final = "Query interrupted"
#: Seconds between two interrupts of a query that has not ended.
_MOMENT: Final = 0.1

T = TypeVar("T")


def beside(path: Path, what: str) -> Path:
    """The file of a table that has something else: its volumes, its errors, its findings."""
    return path.with_name(f"{path.stem}.{what}.parquet")


@contextmanager
def opened(path: Path) -> Iterator[DuckDBPyConnection]:
    """A database in memory with ``images``, and ``volumes`` and ``errors`` where they are.

    Raises TableError where there is no such table, or a query cannot read it; Ctrl-C is
    KeyboardInterrupt, also in the middle of a query.
    """
    import duckdb

    try:
        with duckdb.connect(config=dict(_OPTIONS)) as database:
            # Every query reads the same files.
            database.execute("SET parquet_metadata_cache = true")
            database.execute(_MACROS)
            _add(database, path, "images")
            for name in BESIDE:
                if (other := beside(path, name)).exists():
                    _add(database, other, name)
            yield database
    except RuntimeError as error:
        if str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from None
        raise
    except duckdb.Error as error:
        raise TableError(f"cannot read {path}: {str(error).splitlines()[0]}") from error


def answered(database: DuckDBPyConnection, ask: Callable[[], T]) -> T:
    """What a query answers, which Ctrl-C ends.

    DuckDB 2.0 looks for it at times only: in a thread of its own the query holds nobody up.
    """
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(ask).result()
    except KeyboardInterrupt:
        # Done as soon as the query is.
        ended = pool.submit(int)
        while not ended.done():
            database.interrupt()
            wait([ended], _MOMENT)
        raise
    finally:
        pool.shutdown()


def _add(database: DuckDBPyConnection, path: Path, name: str) -> None:
    schema = _schema(path)
    columns = "*"
    if name == "images":
        if not set(_OF_IMAGES) <= set(schema.names):
            raise TableError(_no_table(path))
        columns = ", ".join(_columns(schema))
    database.read_parquet(glob.escape(str(path))).create_view(f"file_of_{name}")
    database.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM file_of_{name}")


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        raise TableError(f"cannot read {path}: {reason}") from error
    except pa.ArrowInvalid as error:
        raise TableError(
            f"cannot read {path}: it is no Parquet file, as `metaprov table` writes to a name that "
            "ends with .parquet"
        ) from error


def _no_table(path: Path) -> str:
    """What is said of a file with other rows: those beside a table are easily taken for it."""
    stem, _, what = path.stem.rpartition(".")
    table = path.with_name(f"{stem}.parquet")
    if what in (*BESIDE, OF_REPORT) and table.exists():
        return f"{path} has the {what} of {table}, which is the table: name that one"
    return (
        f"{path} is no table of images, as `metaprov table` writes it: it has no column "
        f"{', '.join(name for name in _OF_IMAGES if name not in _schema(path).names)}"
    )


def _columns(schema: pa.Schema) -> Iterator[str]:
    """The columns of images, and in place of a struct for a type those of its fields."""
    names = set()
    for column in schema:
        # Of a table that is not nested, a struct is the value of a field.
        if pa.types.is_struct(column.type) and "__" not in column.name:
            for field in column.type:
                names.add(name := f"{column.name}__{field.name}")
                yield f'"{column.name}"."{field.name}" AS "{name}"'
        else:
            names.add(column.name)
            yield f'"{column.name}"'
    for place, name in _PLACES.items():
        value = f'"{name}"' if name in names else "NULL::VARCHAR"
        yield f"{value} AS {place}"
    yield "if(series <> '', NULL, image) AS alone"
