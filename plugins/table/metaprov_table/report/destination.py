"""The files of a report: the page, and beside it all cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

from metaprov_table.checking.database import BESIDE, beside

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Destination", "is_of_table"]


class Destination(NamedTuple):
    """Where a report is written, which need not be where its table is."""

    page: Path
    cases: Path

    @classmethod
    def of(cls, table: Path, page: Path | None = None) -> Self:
        """That of a page, which is beside its table if it is not named.

        The cases of ``x.html`` and of ``x.report.html`` are ``x.findings.parquet``; those of a
        device or a pipe, which has nothing beside it, are beside the table.
        """
        if page is None:
            page = table.with_name(f"{table.stem}.report.html")
        if page.exists() and not page.is_file():
            return cls(page, beside(table, "findings"))
        name = page.stem.removesuffix(".report")
        return cls(page, page.with_name(f"{name}.findings.parquet"))


def is_of_table(path: Path, table: Path) -> bool:
    """Whether a file is the table, or one of those that are written with it."""
    own = [table, *(beside(table, what) for what in BESIDE)]
    return path.resolve() in [each.resolve() for each in own]
