"""``metaprov suv SOURCE...``: the PET series behind sources, with their factors.

It needs typer and rich, which are there wherever the command line is.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

import metaprov_core
from metaprov_core.cli.arguments import AsJson, Output, Sources
from metaprov_core.cli.as_json import print_json
from metaprov_core.cli.destination import written_to
from metaprov_core.cli.exit_status import ExitStatus
from metaprov_core.cli.failures import report, tell
from metaprov_core.cli.live import LiveOutput
from metaprov_core.cli.sources import FoundImages
from metaprov_core.cli.tables import print_fields
from metaprov_modules import KINDS, json_name

from .series_summary import series_summaries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_core import MetadataReadError

    from .series_summary import SeriesSummary

__all__ = ["app"]

app = typer.Typer(add_completion=False)


class FailOn(StrEnum):
    """The severities of notes, from the least grave to the gravest."""

    INFO = "info"
    ASSUMED = "assumed"
    REPAIRED = "repaired"
    WARNING = "warning"


@app.command(epilog="Example: metaprov suv scans/ --fail-on repaired")
def suv(
    sources: Sources,
    *,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(help="Exit with status 4 if a note is of this severity, or graver."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", hidden=True, help="Status 4 if a value was repaired.")
    ] = False,
    as_json: AsJson = False,
    to: Output = None,
) -> None:
    """Print the SUV factors computed for each PET series, and what they rest on; or why not.

    Factors that another plugin gives, which programs get first, are what metaprov get shows.
    """
    found = FoundImages(sources, report)
    failures: list[MetadataReadError] = []
    with LiveOutput(lambda: f"{found.count:,} images looked at"):
        summaries = list(series_summaries(metaprov_core.default_host, found, failures.append))
    for failure in failures:
        tell(str(failure))
    status = max(found.status, ExitStatus.SOME_FAILED if failures else ExitStatus.DONE)
    with written_to(to):
        if as_json:
            print_json(summaries)
        else:
            _print(summaries)
        if not summaries:
            tell(f"no PET series in {', '.join(map(repr, sources))}")
            raise typer.Exit(max(status, ExitStatus.NOTHING))
    if _has_note_as_grave_as(fail_on, summaries) or (
        strict and any(summary.repaired for summary in summaries)
    ):
        status = ExitStatus.FAIL_ON
    if status is not ExitStatus.DONE:
        raise typer.Exit(status)


def _has_note_as_grave_as(severity: FailOn | None, summaries: Sequence[SeriesSummary]) -> bool:
    if severity is None:
        return False
    severities = list(FailOn)
    grave = severities[severities.index(severity) :]
    return any(note.severity in grave for summary in summaries for note in summary.notes)


def _print(summaries: Sequence[SeriesSummary]) -> None:
    """A block a series, of fields and values."""
    for place, summary in enumerate(summaries):
        if place:
            sys.stdout.write("\n")
        print_fields(_title(summary), list(_fields(summary)))


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
