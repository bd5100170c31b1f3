"""``metaprov suv FOLDER``: the PET series behind a source, with their factors.

It needs typer and rich, which are there wherever the command line is.
"""

from __future__ import annotations

import sys
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.console import Console
from rich.text import Text

import metaprov_core
from metaprov_modules import KINDS, json_name

from .series_summary import series_summaries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .series_summary import SeriesSummary

__all__ = ["app"]

#: The exit status where there is no PET series.
NO_SERIES: Final = 1
#: The exit status of --strict if a value was repaired.
REPAIRED: Final = 3

_INDENT: Final = "  "
#: A value is never wrapped to less than this; on a narrower terminal, lines are too long.
_NARROWEST: Final = 20

app = typer.Typer(add_completion=False)


@app.command(epilog="Example: metaprov suv scans/ --strict")
def suv(
    source: Annotated[str, typer.Argument(help="A folder, a file, or the URL of a series.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with status 3 if a value was repaired.")
    ] = False,
) -> None:
    """Print the SUV factors of each PET series and what they rest on, or why it has none."""
    host = metaprov_core.default_host
    summaries = list(series_summaries(host, host.find_images(source)))
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(summaries)) + b"\n")
    else:
        _print(summaries)
    if not summaries:
        print(f"metaprov: no PET series in {source!r}", file=sys.stderr)  # noqa: T201 - a command
        raise typer.Exit(NO_SERIES)
    if strict and any(summary.repaired for summary in summaries):
        raise typer.Exit(REPAIRED)


def _print(summaries: Sequence[SeriesSummary]) -> None:
    """A block a series, of fields and values. A terminal wraps long values, a pipe never does."""
    console = Console(highlight=False)
    width = console.width if sys.stdout.isatty() else None
    for place, summary in enumerate(summaries):
        if place:
            console.print()
        console.print(Text(_title(summary), "bold"), soft_wrap=True)
        for line in _lines(list(_fields(summary)), width):
            console.print(Text(line), soft_wrap=True)


def _lines(fields: Sequence[tuple[str, str]], width: int | None) -> Iterator[str]:
    margin = len(_INDENT) + max(len(name) for name, _ in fields) + len(_INDENT)
    for name, value in fields:
        lines = [value]
        if width is not None:
            room = max(_NARROWEST, width - margin)
            lines = wrap(value, room, break_long_words=False, break_on_hyphens=False)
        label = f"{_INDENT}{name}"
        for line in lines:
            yield f"{label:{margin}}{line}"
            label = ""


def _title(summary: SeriesSummary) -> str:
    return summary.series_description or "PET series without SeriesDescription"


def _fields(summary: SeriesSummary) -> Iterator[tuple[str, str]]:
    """What is known about a series, field by field."""
    known = {
        "series": summary.series_instance_uid,
        "images": str(summary.images),
        "manufacturer": summary.manufacturer,
        "units": summary.units,
        "decay correction": summary.decay_correction,
        "reference time": summary.reference_time,
        "by rule": summary.reference_rule,
    }
    yield from ((name, value) for name, value in known.items() if value is not None)
    for kind in KINDS:
        if json_name(kind) in summary.factors:
            yield kind, _range(*summary.factors[json_name(kind)])
    if summary.reason is not None:
        yield "no factors", summary.reason
    for note in summary.notes:
        yield note.severity, f"{note.sentence} [{note.code}]"


def _range(least: float, greatest: float) -> str:
    from_, to = f"{least:.6g}", f"{greatest:.6g}"
    return from_ if from_ == to else f"{from_} to {to}"
