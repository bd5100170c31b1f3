"""``metaprov suv SOURCE...``: the PET series behind sources, with their factors.

It needs typer and rich, which are there wherever the command line is.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

import metaprov_core
from metaprov_core.cli.arguments import AsJson, Output, Sources
from metaprov_core.cli.as_json import print_json
from metaprov_core.cli.destination import written_to
from metaprov_core.cli.exit_status import ExitStatus
from metaprov_core.cli.failures import report, tell
from metaprov_core.cli.live import LiveOutput
from metaprov_core.cli.sources import FoundImages

from .series_csv import print_csv
from .series_summary import series_summaries
from .series_text import print_summaries
from .suv.given import Given

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from metaprov_core import MetadataReadError

    from .series_summary import SeriesSummary

__all__ = ["app"]

app = typer.Typer(add_completion=False)

#: How many of the sources are named that are not of one study.
_NAMED: Final = 3


class FailOn(StrEnum):
    """What may be the matter with a series, from the least grave to the gravest."""

    INFO = "info"
    ASSUMED = "assumed"
    REPAIRED = "repaired"
    WARNING = "warning"
    REFUSED = "refused"


def _checked(name: str) -> Callable[[Any], Any]:
    """A callback that refuses what `Given` refuses, as wrong usage."""

    def check(value: Any) -> Any:
        try:
            Given(**{name: value})
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        return value

    return check


def _in(unit: str, example: str) -> Callable[[str | float], float]:
    """A parser of numbers that says of another text which unit is expected."""

    def parse(written: str | float) -> float:
        try:
            return float(written)
        except ValueError:
            raise typer.BadParameter(
                f"{written!r:.60} is not a number of {unit}, such as {example}"
            ) from None

    return parse


@app.command(epilog="Example: metaprov suv scans/ --fail-on repaired")
def suv(
    sources: Sources,
    *,
    weight: Annotated[
        float | None,
        typer.Option(
            metavar="KG",
            parser=_in("kg", "71.5"),
            callback=_checked("weight"),
            help="The patient's weight, in place of that of the headers. Values are given for "
            "sources with series of one patient and study.",
        ),
    ] = None,
    height: Annotated[
        float | None,
        typer.Option(
            metavar="M",
            parser=_in("m", "1.75"),
            callback=_checked("height"),
            help="The patient's height, likewise.",
        ),
    ] = None,
    dose: Annotated[
        float | None,
        typer.Option(
            metavar="BQ",
            parser=_in("Bq", "3.5e8"),
            callback=_checked("dose"),
            help="The dose that was injected, likewise.",
        ),
    ] = None,
    injected: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            callback=_checked("injected"),
            help="When it was injected, likewise, by the clock of the scanner: '2026-06-01 10:00', "
            "or 10:00.",
        ),
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            help="Exit with status 4 if a note is of this severity, or graver; gravest is a series "
            "that is refused: it has no factor."
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", hidden=True, help="Status 4 if a value was repaired.")
    ] = False,
    table: Annotated[
        bool | None,
        typer.Option(
            help="Print a table with a row a series, or a block of fields for each. Without "
            "either, several series are a table, where the terminal has room for it.",
        ),
    ] = None,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print a row a series, with all fields, for a sheet.")
    ] = False,
    as_json: AsJson = False,
    to: Output = None,
) -> None:
    """Print the SUV factors computed for each PET series, and what they rest on; or why not.

    If another plugin gives factors, programs get those first: metaprov get shows them.
    """
    if sum((table is not None, as_csv, as_json)) > 1:
        raise typer.BadParameter("it is one of --table, --csv and --json")
    given = Given(weight=weight, height=height, dose=dose, injected=injected)
    is_given = given != Given()
    found = FoundImages(sources, report)
    failures: list[MetadataReadError] = []
    with LiveOutput(lambda: f"{found.count:,} images looked at"):
        host = metaprov_core.default_host
        of_host = series_summaries(host, found, failures.append, given=given if is_given else None)
        summaries = list(of_host)
    if is_given:
        _check_that_there_is_one_study(summaries)
    for failure in failures:
        tell(str(failure))
    status = max(found.status, ExitStatus.SOME_FAILED if failures else ExitStatus.DONE)
    with written_to(to):
        if as_json:
            print_json(summaries)
        elif as_csv:
            print_csv(summaries)
        else:
            print_summaries(summaries, as_table=table)
    if not summaries:
        tell(f"no PET series in {', '.join(map(repr, sources))}")
        raise typer.Exit(max(status, ExitStatus.NOTHING))
    status = max(status, _status_of(summaries, fail_on, strict=strict))
    if status is not ExitStatus.DONE:
        raise typer.Exit(status)


def _check_that_there_is_one_study(summaries: Sequence[SeriesSummary]) -> None:
    """What is given is of one administration, and would spoil the factors of another unseen."""
    # Series that do not say of which study they are may be of several.
    studies = {
        (each.patient_id, each.study_instance_uid or each.series_instance_uid): each.image_id
        for each in summaries
    }
    if len(studies) > 1:
        some = list(studies.values())[:_NAMED]
        others = len(studies) - len(some)
        named = ", ".join(some) + (f" and {others} others" if others else "")
        raise typer.BadParameter(
            "they are values of one patient and study, and the sources have series of "
            f"{len(studies)}, such as those of {named}; name series of one of them",
            param_hint="--weight, --height, --dose, --injected",
        )


def _status_of(
    summaries: Sequence[SeriesSummary], fail_on: FailOn | None, *, strict: bool
) -> ExitStatus:
    severities = list(FailOn)
    grave = [] if fail_on is None else severities[severities.index(fail_on) :]
    if any(found in grave for summary in summaries for found in _severities(summary)):
        return ExitStatus.FAIL_ON
    if strict and any(summary.repaired for summary in summaries):
        return ExitStatus.FAIL_ON
    has_factors = any(summary.reason is None for summary in summaries)
    return ExitStatus.DONE if has_factors else ExitStatus.NOTHING


def _severities(summary: SeriesSummary) -> Iterator[str]:
    if summary.reason is not None:
        yield FailOn.REFUSED
    for note in summary.notes:
        yield note.severity
