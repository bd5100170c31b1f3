"""``metaprov suv FOLDER``: the PET series behind a source, with their factors.

What it needs beside this package, typer and rich, is there wherever there is a command line.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

import metaprov_core

from .scaling_module import JSON_NAMES, KINDS
from .series_rows import series_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .series_rows import SeriesRow

__all__ = ["app"]

#: The exit status where there is no PET series.
NO_SERIES: Final = 1
#: The exit status of --strict where a value was repaired.
REPAIRED: Final = 3

# Tables that no terminal cuts are for other programs to cut.
_WIDTH_OF_A_PIPE: Final = 240
_REPAIRED_MARK: Final = "!"

app = typer.Typer(add_completion=False)


@app.command(epilog="Example: metaprov suv scans/ --strict")
def suv(
    source: Annotated[str, typer.Argument(help="A folder, a file, or the URL of a series.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with status 3 where a value was repaired.")
    ] = False,
) -> None:
    """Print the SUV factors of each PET series, what they rest on, or why there are none."""
    host = metaprov_core.default_host
    rows = list(series_rows(host, host.find_images(source)))
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(rows)) + b"\n")
    elif rows:
        _print(rows)
    if not rows:
        print(f"metaprov: no PET series in {source!r}", file=sys.stderr)  # noqa: T201 - a command
        raise typer.Exit(NO_SERIES)
    if strict and any(row.repaired for row in rows):
        raise typer.Exit(REPAIRED)


def _print(rows: Sequence[SeriesRow]) -> None:
    """A row a series; below the table its notes, and the reasons of those without factors."""
    shown = [JSON_NAMES[kind] for kind in KINDS]
    shown = [name for name in shown if any(name in row.factors for row in rows)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", "series", "images", "vendor", "units", "decay"):
        table.add_column(column, overflow="fold")
    for column in ("reference", "rule"):
        table.add_column(column, no_wrap=True)
    for name in shown:
        table.add_column(name, overflow="fold")
    table.add_column("notes", overflow="fold")
    for row in rows:
        table.add_row(
            _REPAIRED_MARK if row.repaired else "",
            _name(row),
            str(row.images),
            row.manufacturer or "-",
            row.units or "-",
            row.decay_correction or "-",
            row.reference_time or "-",
            row.reference_rule or "-",
            *(_range(row.factors.get(name)) for name in shown),
            ", ".join(note.code for note in row.notes) or ("none" if row.reason else "-"),
        )
    console = Console(
        width=None if sys.stdout.isatty() else _WIDTH_OF_A_PIPE, highlight=False, soft_wrap=False
    )
    console.print(table)
    for row in rows:
        for line in _remarks(row):
            console.print(Text(f"{_name(row)}: {line}"))


def _name(row: SeriesRow) -> str:
    return row.series_description or row.series_instance_uid or "?"


def _range(factors: tuple[float, float] | None) -> str:
    if factors is None:
        return "-"
    least, greatest = (f"{factor:.6g}" for factor in factors)
    return least if least == greatest else f"{least} to {greatest}"


def _remarks(row: SeriesRow) -> list[str]:
    if row.reason is not None:
        return [f"no factors: {row.reason}"]
    return [f"{note.severity}: {note.sentence}" for note in row.notes]
