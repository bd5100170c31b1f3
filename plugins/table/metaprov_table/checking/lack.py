"""What a table lacks for a query: each column, and each table beside it, not only the first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import pyarrow as pa

from metaprov_table.columns import DEFAULT_TYPES, FIRST_FIELDS, schema
from metaprov_table.columns.schema import VOLUME_FIELDS
from metaprov_table.errors import TableError
from metaprov_table.rows.failures import ERRORS_SCHEMA
from metaprov_table.rows.volumes import VOLUMES_SCHEMA

from .database import BESIDE, answered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from duckdb import DuckDBPyConnection, Error

__all__ = ["Lack", "answer_or_lack"]

T = TypeVar("T")

_BESIDE: Final[Mapping[str, pa.Schema]] = dict(
    zip(BESIDE, (VOLUMES_SCHEMA, ERRORS_SCHEMA), strict=True)
)
#: How DuckDB names what it does not know.
_COLUMN: Final = re.compile(r'.*(?:Referenced column|have a column named) "(.+?)"')
_TABLE: Final = re.compile(r".*Table with name (\w+) does not exist")


class Lack(NamedTuple):
    """What a query needs that a table has not; false where that is nothing."""

    columns: tuple[str, ...] = ()
    #: Of those beside it.
    tables: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.columns or self.tables)

    def __str__(self) -> str:
        """A sentence without its end."""
        words = []
        if self.columns:
            columns = "column" if len(self.columns) == 1 else "columns"
            advice = f" (--types {','.join(self.types)})" if self.types else ""
            words.append(f"the table has no {columns} {', '.join(self.columns)}{advice}")
        words += [f"there is no whole table of {name} beside it" for name in self.tables]
        return ", and ".join(words)

    @property
    def types(self) -> list[str]:
        """The types whose answers fill the columns, each once."""
        own = [field.name for field in (*FIRST_FIELDS, *VOLUME_FIELDS)]
        return list(dict.fromkeys(_type_of(name) for name in self.columns if name not in own))


def answer_or_lack(database: DuckDBPyConnection, query: str, ask: Callable[[], T]) -> T | Lack:
    """What a query answers that is asked by ``ask``, or what the table lacks for it.

    Raises what DuckDB does of a query that is wrong whatever a table has, and TableError where it
    names a column that no table can have.
    """
    import duckdb

    try:
        return answered(database, ask)
    except (duckdb.BinderException, duckdb.CatalogException):
        lack = _lack_of(database, query)
        if not lack:
            raise
        return lack


def _lack_of(database: DuckDBPyConnection, query: str) -> Lack:
    """What a table lacks for a query, which is not run.

    DuckDB names the first column that it does not know: it is asked again with an empty table
    which has that one, until it knows all.
    """
    import duckdb

    columns: dict[str, pa.Field] = {}
    tables: list[str] = []
    with database.cursor() as trial:
        while True:
            try:
                trial.sql(query)
            except (duckdb.BinderException, duckdb.CatalogException) as error:
                column = _named(_COLUMN, error)
                name = _named(_TABLE, error) or _beside_without(trial, column)
                if name in _BESIDE.keys() - tables:
                    tables.append(name)
                    trial.register(name, _BESIDE[name].empty_table())
                elif column and column not in columns:
                    columns[column] = _field(column)
                    images = [*database.table("images").limit(0).to_arrow_table().schema]
                    trial.register("images", pa.schema([*images, *columns.values()]).empty_table())
                else:
                    raise
            else:
                return Lack(tuple(columns), tuple(tables))


def _named(pattern: re.Pattern[str], error: Error) -> str:
    """What an error names, "" if it is of another kind."""
    found = pattern.match(str(error))
    return found[1] if found else ""


def _beside_without(database: DuckDBPyConnection, column: str) -> str:
    """A table beside that is there without a column of its own, "" if none is."""
    there = {name for (name,) in database.sql("SHOW TABLES").fetchall()}
    for name, whole in _BESIDE.items():
        if name in there and column in whole.names and column not in database.table(name).columns:
            return name
    return ""


def _field(column: str) -> pa.Field:
    """A column that a table might have. Raises TableError where none can."""
    type = _type_of(column)
    possible = schema()
    if column not in possible.names and type not in DEFAULT_TYPES:
        possible = schema([type])
    if column not in possible.names:
        raise TableError(f"no table has a column {column}: {type} has no such field")
    return possible.field(column)


def _type_of(column: str) -> str:
    return column.partition("__")[0]
