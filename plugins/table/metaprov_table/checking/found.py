"""What the findings find in a table: each is one query, and those that cannot be asked say why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from metaprov_table.errors import TableError
from metaprov_table.running.kept.whole_files import written

from .database import beside, lack_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from .finding import Finding

__all__ = ["CASES_SCHEMA", "Found", "all_cases", "found", "write_cases"]

#: What a query may select.
_SELECTED: Final = ("study", "series", "volume", "image", "detail")

#: A row for each case: which finding, and where it is.
CASES_SCHEMA: Final = pa.schema(
    [
        pa.field("finding", pa.string(), nullable=False),
        pa.field("severity", pa.string(), nullable=False),
        pa.field("level", pa.string(), nullable=False),
        *(pa.field(name, pa.string()) for name in _SELECTED),
    ]
)


class Found(NamedTuple):
    """A finding, and where it is."""

    finding: Finding
    #: In the order of their places; of `CASES_SCHEMA`.
    cases: pa.Table
    #: Why it could not be asked: a column that the table has not; "" if it was.
    not_run: str = ""


def found(database: DuckDBPyConnection, findings: Iterable[Finding]) -> Iterator[Found]:
    """Ask each finding of a table.

    Raises TableError for a query that no table could answer.
    """
    import duckdb

    for finding in findings:
        try:
            cases = _cases(database, finding)
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            yield Found(finding, CASES_SCHEMA.empty_table(), lack_of(error) or str(error))
        except duckdb.Error as error:
            raise TableError(f"the query of {finding.name} fails: {error}") from error
        else:
            yield Found(finding, cases)


def all_cases(found: Iterable[Found]) -> pa.Table:
    """The cases of several findings as one table."""
    return pa.concat_tables([CASES_SCHEMA.empty_table(), *(each.cases for each in found)])


def write_cases(path: Path, found: Iterable[Found]) -> None:
    """Write the cases beside the table: ``out.findings.parquet``, whole or not at all.

    Raises TableError where it cannot be written.
    """
    with written(beside(path, "findings")) as file:
        pq.write_table(all_cases(found), file, compression="zstd")


def _cases(database: DuckDBPyConnection, finding: Finding) -> pa.Table:
    """What a query selects as a table: by the database, for pyarrow would first import pandas."""
    about = ", ".join(map(_literal, (finding.name, finding.severity.value, finding.level)))
    # What a query does not select is NULL; each column is a text.
    nulls = ", ".join(f"NULL::VARCHAR AS {name}" for name in _SELECTED)
    table = database.sql(f"""
        SELECT {about}, {", ".join(_SELECTED)}
        FROM (SELECT {nulls} WHERE false UNION ALL BY NAME ({finding.query}))
        ORDER BY ALL
    """).to_arrow_table()
    return table.rename_columns(CASES_SCHEMA.names).cast(CASES_SCHEMA)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
