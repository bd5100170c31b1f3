"""``metaprov report TABLE``: what is wrong with a table, as a page, as JSON and as a table."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from metaprov_core.cli.arguments import AsJson, Output
from metaprov_core.cli.as_json import print_json
from metaprov_core.cli.destination import written_to
from metaprov_core.cli.exit_status import ExitStatus
from metaprov_core.cli.failures import tell
from metaprov_core.cli.tables import print_table
from metaprov_table.checking import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_table.checking.found import Found

__all__ = ["app"]

app = typer.Typer(add_completion=False)

#: What the extra brings.
_NEEDED: Final = ("duckdb", "jinja2", "matplotlib")


@app.command(epilog="Example: metaprov report out.parquet --findings -localizer,-derived")
def report(
    table: Annotated[
        Path, typer.Argument(metavar="TABLE", help="A table of metaprov table: out.parquet.")
    ],
    *,
    findings: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            help="Look for these alone: a,b; or for all but these: -a,-b.",
        ),
    ] = "",
    fail_on: Annotated[
        Severity | None,
        typer.Option(help="Exit with status 4 if there is a finding as grave as this, or graver."),
    ] = None,
    identify: Annotated[
        bool,
        typer.Option("--identify", help="Show names, patient ids, descriptions and paths, too."),
    ] = False,
    as_json: AsJson = False,
    to: Output = None,
) -> None:
    """Look for what is wrong with a table, and write a page: out.report.html, or --output.

    All cases are in out.findings.parquet. With --json, they are printed, and there is no page.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        tell(
            f"a report needs {', '.join(missing)}, which is not installed; "
            "run: python -m pip install 'metaprov-table[report]'"
        )
        raise typer.Exit(ExitStatus.UNUSABLE)
    from metaprov_table.checking.database import beside, opened
    from metaprov_table.checking.found import found, write_cases
    from metaprov_table.checking.known import chosen, known_findings
    from metaprov_table.report.as_dict import as_dict
    from metaprov_table.report.page import page

    own = [table, *(beside(table, what) for what in ("volumes", "errors", "findings"))]
    if to is not None and to.resolve() in [path.resolve() for path in own]:
        raise typer.BadParameter(
            f"{to} is a file of the table: choose another name", param_hint="--output"
        )
    wanted = chosen(known_findings(), [name for name in findings.split(",") if name])
    with opened(table) as database:
        seen = list(found(database, wanted))
        if as_json:
            with written_to(to):
                print_json(as_dict(database, seen, identify=identify))
        else:
            to = to or table.with_name(f"{table.stem}.report.html")
            with written_to(to):
                sys.stdout.write(page(table, database, seen, identify=identify))
            write_cases(table, seen)
            _print(to, seen)
    graves = [each.finding.severity.rank for each in seen if each.cases]
    if fail_on is not None and max(graves, default=-1) >= fail_on.rank:
        raise typer.Exit(ExitStatus.FAIL_ON)


def _print(page: Path, found: Sequence[Found]) -> None:
    """Say what was found, the gravest first, and where the page is."""
    rows = [
        (
            each.finding.severity,
            each.finding.name,
            f"{each.cases.num_rows:,}",
            each.finding.sentence,
        )
        for each in sorted(found, key=lambda each: -each.finding.severity.rank)
        if each.cases
    ]
    if rows:
        print_table(("severity", "finding", "cases", "what it means"), rows)
    not_run = [each.finding.name for each in found if each.not_run]
    if not_run:
        tell(f"not run, for lack of columns: {', '.join(not_run)}")
    typer.echo(f"{page}: {len(rows)} of {len(found)} findings have cases")
