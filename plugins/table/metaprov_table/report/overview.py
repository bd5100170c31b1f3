"""How much a table holds, of what and from whom, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_table.checking.lack import Lack, answer_or_lack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

__all__ = ["Overview", "Rows", "asked", "overview"]

Rows = list[tuple[Any, ...]]

#: How many rows of a list the page has.
_MOST: Final = 20

_COUNTS: Final[Mapping[str, str]] = {
    "patients": "SELECT count(DISTINCT patientModule__patientId) FROM images",
    "studies": "SELECT count(DISTINCT generalStudyModule__studyInstanceUID) FROM images",
    "series": "SELECT count(DISTINCT series) FROM images",
    "volumes": "SELECT count(*) FROM volumes",
    "files": "SELECT count(DISTINCT path) FROM images",
    "frames": "SELECT count(*) FROM images",
    "bytes": "SELECT coalesce(sum(size), 0)::BIGINT FROM images WHERE frame = 1",
    "failures": "SELECT count(*) FROM errors WHERE stage <> 'notDicom'",
    "notDicom": "SELECT count(*) FROM errors WHERE stage = 'notDicom'",
}
_ORIGINS: Final = f"""
    SELECT coalesce(modality, ''), coalesce(Manufacturer, ''),
        count(DISTINCT patientModule__patientId), count(DISTINCT series), count(DISTINCT path),
        count(*)
    FROM images
    GROUP BY ALL
    ORDER BY count(*) DESC, 1, 2
    LIMIT {_MOST + 1}
"""
#: Failures are told apart by what they say, and not by the file, whose name may be a patient's.
_FAILURES: Final = f"""
    SELECT stage, replace(replace(reason, coalesce(image, path), 'it'), path, 'it') AS words,
        count(*)
    FROM errors
    WHERE stage <> 'notDicom'
    GROUP BY ALL
    ORDER BY count(*) DESC, 1, 2
    LIMIT {_MOST + 1}
"""


class Overview(NamedTuple):
    """What the page begins with. A list has one row more than are shown, where there are more."""

    #: By name; what the table does not tell is not among them.
    counts: Mapping[str, int]
    #: Modality, manufacturer, patients, series, files, frames.
    origins: Rows
    #: Stage, reason, count.
    failures: Rows


def overview(database: DuckDBPyConnection) -> Overview:
    """Count what a table has."""
    counts = {name: asked(database, query) for name, query in _COUNTS.items()}
    return Overview(
        {name: rows[0][0] for name, rows in counts.items() if rows},
        asked(database, _ORIGINS),
        asked(database, _FAILURES),
    )


def asked(database: DuckDBPyConnection, query: str) -> Rows:
    """The rows of a query; none where the table lacks a column, or there is no such table."""
    rows = answer_or_lack(database, query, lambda: database.sql(query).fetchall())
    return [] if isinstance(rows, Lack) else rows
