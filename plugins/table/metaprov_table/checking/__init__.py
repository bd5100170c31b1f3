"""What is wrong with a table: each finding is a record with one query, and has cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import header, identity, pet, pixels, privacy, series, volumes
from .finding import Finding, Level, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    import pyarrow as pa

__all__ = ["FINDINGS", "Finding", "Level", "Severity", "findings"]

#: Those of this package, which come by its entry point as those of others do.
FINDINGS: Final = (
    *volumes.FINDINGS,
    *series.FINDINGS,
    *identity.FINDINGS,
    *pet.FINDINGS,
    *privacy.FINDINGS,
    *pixels.FINDINGS,
    *header.FINDINGS,
)


def findings(path: str | PathLike[str], names: Sequence[str] = ()) -> pa.Table:
    """The cases of all findings in a table on disk, or of those named: a row each.

    ``path`` is that of the images, ``out.parquet``; the tables beside it are read, too. ``names``
    are as after ``--findings``: ``["lossy"]``, or ``["-lossy"]`` for all others. The columns are
    ``finding``, ``severity``, ``level``, ``study``, ``series``, ``volume``, ``image``, ``detail``.
    A finding whose columns the table lacks has no cases; one whose query is wrong is warned of.

    Raises TableError where the table cannot be read or a name is unknown; needs DuckDB, of the
    extra ``report``.
    """
    from .database import opened
    from .found import all_cases, found
    from .known import chosen, known_findings

    wanted = chosen(known_findings(), names)
    with opened(Path(path)) as database:
        return all_cases(found(database, wanted))
