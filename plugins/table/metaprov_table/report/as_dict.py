"""Findings and cases for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .cases import described
from .overview import overview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from metaprov_table.checking.found import Found

__all__ = ["as_dict"]


def as_dict(
    database: DuckDBPyConnection, found: Sequence[Found], *, identify: bool = False
) -> dict[str, Any]:
    """The counts of a table, and each finding with all of its cases.

    ``notRun`` says what the table lacks for a finding, and ``failed`` why its query is wrong; of
    one that was run, both are None.
    """
    return {
        "counts": dict(overview(database).counts),
        "findings": [
            {
                "name": each.finding.name,
                "severity": each.finding.severity,
                "level": each.finding.level,
                "sentence": each.finding.sentence,
                "source": each.finding.source,
                "notRun": str(each.lack) or None,
                "failed": each.failed or None,
                "count": each.cases.num_rows,
                "cases": described(database, each.cases, identify=identify),
            }
            for each in found
        ],
    }
