"""What the findings find in a table: each is one query, and those that give no answer say why."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from metaprov_table.errors import TableError
from metaprov_table.running.kept.whole_files import written

from .lack import Lack, answer_or_lack

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
    cases: pa.Table = CASES_SCHEMA.empty_table()
    #: What the table has not: without it, the finding is not run.
    lack: Lack = Lack()
    #: Why its query, which is wrong, has no answer; "" if it has. Nothing of a header is in it.
    failed: str = ""

    @property
    def ran(self) -> bool:
        """Whether its cases are all that there are."""
        return not (self.lack or self.failed)


def found(database: DuckDBPyConnection, findings: Iterable[Finding]) -> Iterator[Found]:
    """Ask each finding of a table; one whose query is wrong is warned of, and hides no other."""
    import duckdb

    for finding in findings:
        try:
            ask = partial(_cases, database, finding)
            answer = answer_or_lack(database, finding.query, ask)
            is_lack = isinstance(answer, Lack)
            yield Found(finding, lack=answer) if is_lack else Found(finding, answer)
        except (duckdb.Error, TableError) as error:
            words, _, _ = str(error).partition("\n")
            warnings.warn(f"the query of {finding.name} fails: {words}", stacklevel=2)
            yield Found(finding, failed=words if _is_of_query(error) else words.partition(":")[0])


def all_cases(found: Iterable[Found]) -> pa.Table:
    """The cases of several findings as one table."""
    return pa.concat_tables([CASES_SCHEMA.empty_table(), *(each.cases for each in found)])


def write_cases(path: Path, found: Iterable[Found]) -> None:
    """Write the cases as Parquet, whole or not at all.

    Raises TableError where the file cannot be written.
    """
    with written(path, "; --output names another place") as file:
        pq.write_table(all_cases(found), file, compression="zstd")


def _cases(database: DuckDBPyConnection, finding: Finding) -> pa.Table:
    """What a query selects as a table: by the database, for pyarrow would first import pandas."""
    about = ", ".join(map(_literal, (finding.name, finding.severity.value, finding.level)))
    # What a query does not select is NULL; each column is a text.
    nulls = ", ".join(f"NULL::VARCHAR AS {name}" for name in _SELECTED)
    table = database.sql(f"""
        SELECT {about}, {", ".join(_SELECTED)}
        FROM (SELECT {nulls} WHERE false UNION ALL BY NAME ({finding.query}
        ))
        ORDER BY ALL
    """).to_arrow_table()
    return table.rename_columns(CASES_SCHEMA.names).cast(CASES_SCHEMA)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _is_of_query(error: Exception) -> bool:
    """Whether it tells of the words of a query; others may quote a value, which may be a name."""
    import duckdb

    return isinstance(
        error,
        (TableError, duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException),
    )
