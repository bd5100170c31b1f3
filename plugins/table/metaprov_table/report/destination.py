"""The files of a report: the page, and beside it all cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

from metaprov_table.checking.database import BESIDE, OF_REPORT, beside

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Destination"]


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
            return cls(page, beside(table, OF_REPORT))
        name = page.stem.removesuffix(".report")
        return cls(page, page.with_name(f"{name}.{OF_REPORT}.parquet"))

    def over(self, table: Path) -> Path | None:
        """The file of a table, or of its cases, that would be written over; None: there is none."""
        own = {each.resolve() for each in (table, *(beside(table, what) for what in BESIDE))}
        of_page = own | {beside(table, OF_REPORT).resolve()}
        if self.page.resolve() in of_page:
            return self.page
        return self.cases if self.cases.resolve() in own else None
