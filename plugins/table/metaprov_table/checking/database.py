"""A table's files as the views of a database, so that a query reads only what it needs."""

from __future__ import annotations

import glob
import os
import re
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from metaprov_table.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from duckdb import DuckDBPyConnection

__all__ = ["beside", "lack_of", "opened"]

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
#: What the database says of a name that it does not know, and what a person is told.
_LACKS: Final = (
    (r'.*Referenced column "(.+?)" not found', "the table has no column {}"),
    (r".*Table with name (\w+) does not exist", "the table has no {} beside it"),
)


def beside(path: Path, what: str) -> Path:
    """The file of a table that has something else: its volumes, its errors, its findings."""
    return path.with_name(f"{path.stem}.{what}.parquet")


def opened(path: Path) -> DuckDBPyConnection:
    """A database in memory with ``images``, and ``volumes`` and ``errors`` where they are.

    Raises TableError where there is no such table, or it is no Parquet file.
    """
    import duckdb

    database = duckdb.connect(config=dict(_OPTIONS))
    # Every query reads the same files.
    database.execute("SET parquet_metadata_cache = true")
    database.execute(_MACROS)
    _add(database, "images", path)
    for name in ("volumes", "errors"):
        if (other := beside(path, name)).exists():
            _add(database, name, other)
    return database


def lack_of(error: Exception) -> str | None:
    """What a query needs that the table has not, by its error; None for an error of its own."""
    for pattern, words in _LACKS:
        if named := re.match(pattern, str(error)):
            return words.format(named[1])
    return None


def _add(database: DuckDBPyConnection, name: str, path: Path) -> None:
    try:
        schema = pq.read_schema(path)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        raise TableError(f"cannot read {path}: {reason}") from error
    except pa.ArrowInvalid as error:
        raise TableError(f"cannot read {path}: it is no Parquet file") from error
    database.read_parquet(glob.escape(str(path))).create_view(f"file_of_{name}")
    columns = ", ".join(_columns(schema) if name == "images" else "*")
    database.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM file_of_{name}")


def _columns(schema: pa.Schema) -> Iterator[str]:
    """The columns of images, and in place of a struct for a type those of its fields."""
    for column in schema:
        # Of a table that is not nested, a struct is the value of a field.
        if pa.types.is_struct(column.type) and "__" not in column.name:
            for field in column.type:
                yield f'"{column.name}"."{field.name}" AS "{column.name}__{field.name}"'
        else:
            yield f'"{column.name}"'
    if {"series", "image"} <= set(schema.names):
        yield "if(series <> '', NULL, image) AS alone"
