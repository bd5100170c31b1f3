"""``metaprov report TABLE``: what is wrong with a table, as a page, as JSON and as a table."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from metaprov_core.cli.arguments import AsJson
from metaprov_core.cli.as_json import print_json
from metaprov_core.cli.destination import written_to
from metaprov_core.cli.exit_status import ExitStatus
from metaprov_core.cli.failures import tell
from metaprov_core.cli.styles import Styled, style_of
from metaprov_core.cli.tables import print_table
from metaprov_table.checking import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_table.checking.found import Found

__all__ = ["app"]

app = typer.Typer(add_completion=False)

#: What the extra brings.
_NEEDED: Final = ("duckdb", "jinja2", "matplotlib")


def _names(texts: list[str] | None) -> list[str]:
    """The names in an option that may be repeated, with commas between them."""
    names = [name.strip() for text in texts or () for name in text.split(",") if name.strip()]
    if texts and not names:
        raise typer.BadParameter("it names no finding: leave it out for all of them")
    return names


@app.command(epilog="Example: metaprov report out.parquet --findings -localizer,-derived")
def report(
    table: Annotated[
        Path, typer.Argument(metavar="TABLE", help="A table of metaprov table: out.parquet.")
    ],
    *,
    findings: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAMES",
            callback=_names,
            help="Look for these alone: a,b; or for all but these: -a,-b.",
        ),
    ] = None,
    fail_on: Annotated[
        Severity | None,
        typer.Option(help="Exit with status 4 if there is a finding as grave as this, or graver."),
    ] = None,
    identify: Annotated[
        bool,
        typer.Option("--identify", help="Show names, patient ids, descriptions and paths, too."),
    ] = False,
    as_json: AsJson = False,
    to: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The page, or what --json prints; without it, the page is out.report.html beside "
            "the table.",
        ),
    ] = None,
) -> None:
    """Look for what is wrong with a table, and write a page: out.report.html, or --output.

    All cases are beside the page: out.findings.parquet of out.report.html, and of out.html. With
    --json, they are printed, and nothing is written.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        tell(
            f"a report needs {', '.join(missing)}, which is not installed; "
            "run: python -m pip install 'metaprov-table[report]'"
        )
        raise typer.Exit(ExitStatus.UNUSABLE)
    from metaprov_table.checking.database import opened
    from metaprov_table.checking.found import found, write_cases
    from metaprov_table.checking.known import chosen, known_findings
    from metaprov_table.report.as_dict import as_dict
    from metaprov_table.report.destination import Destination
    from metaprov_table.report.page import page

    destination = Destination.of(table, to)
    if (over := destination.over(table)) is not None:
        raise typer.BadParameter(
            f"{over} is a file of the table: choose another name", param_hint="--output"
        )
    wanted = chosen(known_findings(), findings or ())
    with opened(table) as database:
        seen = list(found(database, wanted))
        if as_json:
            with written_to(to):
                print_json(as_dict(database, seen, identify=identify))
        else:
            html = page(table, database, seen, cases=destination.cases.name, identify=identify)
            # In this order, so that no page is there without its cases.
            with written_to(destination.page):
                write_cases(destination.cases, seen)
                sys.stdout.write(html)
            _print(destination.page, seen)
    _tell_what_did_not_run(seen, fail_on)
    status = _status(seen, fail_on)
    if status is not ExitStatus.DONE:
        raise typer.Exit(status)


def _print(page: Path, found: Sequence[Found]) -> None:
    """Say what was found, the gravest first, and where the page is."""
    rows = [
        (
            Styled(each.finding.severity, style_of(each.finding.severity)),
            each.finding.name,
            f"{each.cases.num_rows:,}",
            each.finding.sentence,
        )
        for each in sorted(found, key=lambda each: -each.finding.severity.rank)
        if each.cases
    ]
    if rows:
        print_table(("severity", "finding", "cases", "what it means"), rows)
    ran = sum(each.ran for each in found)
    words = (
        f"{len(rows)} of {ran} {'finding' if ran == 1 else 'findings'} "
        f"{'has' if len(rows) == 1 else 'have'} cases"
    )
    others = f"; {len(found) - ran} of {len(found)} did not run" if ran < len(found) else ""
    typer.echo(f"{page}: {words}{others}")


def _tell_what_did_not_run(found: Sequence[Found], fail_on: Severity | None) -> None:
    """Say which findings have no answer, and what to do."""
    lacking = [each for each in found if each.lack]
    if lacking:
        types = dict.fromkeys(type for each in lacking for type in each.lack.types)
        tables = dict.fromkeys(table for each in lacking for table in each.lack.tables)
        advice = [f"it needs --types {','.join(types)}, too"] if types else []
        advice += [f"there is no whole table of {table} beside it" for table in tables]
        tell(f"not run, for what the table lacks: {_named(lacking)} ({'; '.join(advice)})")
    unknown = [
        each
        for each in found
        if fail_on is not None and not each.ran and each.finding.severity.rank >= fail_on.rank
    ]
    if unknown:
        tell(f"warning: --fail-on {fail_on} knows nothing of {_named(unknown)}")


def _named(found: Sequence[Found]) -> str:
    return ", ".join(each.finding.name for each in found)


def _status(found: Sequence[Found], fail_on: Severity | None) -> ExitStatus:
    graves = [each.finding.severity.rank for each in found if each.cases]
    if fail_on is not None and max(graves, default=-1) >= fail_on.rank:
        return ExitStatus.FAIL_ON
    return ExitStatus.SOME_FAILED if any(each.failed for each in found) else ExitStatus.DONE
