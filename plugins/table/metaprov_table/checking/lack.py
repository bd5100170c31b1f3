"""What a table lacks for a query: each column, and each table beside it, not only the first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa

from metaprov_table.columns import DEFAULT_TYPES, schema
from metaprov_table.errors import TableError
from metaprov_table.rows.failures import ERRORS_SCHEMA
from metaprov_table.rows.volumes import VOLUMES_SCHEMA

from .database import BESIDE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection, Error

__all__ = ["Lack", "lack_of"]

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
            words.append(
                f"the table has no {columns} {', '.join(self.columns)} "
                f"(--types {','.join(self.types)})"
            )
        if self.tables:
            words.append(f"it has no {' and no '.join(self.tables)} beside it")
        return ", and ".join(words)

    @property
    def types(self) -> list[str]:
        """The types whose answers fill the columns, each once."""
        return list(dict.fromkeys(map(_type_of, self.columns)))


def lack_of(database: DuckDBPyConnection, query: str) -> Lack:
    """What a table lacks for a query, which is not run.

    DuckDB names the first column that it does not know: it is asked again with an empty table
    which has that one, until it knows all. Raises what DuckDB does of a query that is wrong
    whatever a table has, and TableError where it names a column that no table can have.
    """
    import duckdb

    columns: dict[str, pa.Field] = {}
    tables: list[str] = []
    with database.cursor() as trial:
        while True:
            try:
                trial.sql(query)
            except (duckdb.BinderException, duckdb.CatalogException) as error:
                if (name := _named(_TABLE, error)) in _BESIDE.keys() - tables:
                    tables.append(name)
                    trial.register(name, _BESIDE[name].empty_table())
                elif (name := _named(_COLUMN, error)) and name not in columns:
                    columns[name] = _field(name)
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


def _field(column: str) -> pa.Field:
    """A column that a table might have. Raises TableError where none can."""
    type = _type_of(column)
    possible = schema() if type in DEFAULT_TYPES else schema([type])
    if column not in possible.names:
        raise TableError(f"no table has a column {column}: {type} has no such field")
    return possible.field(column)


def _type_of(column: str) -> str:
    return column.partition("__")[0]
