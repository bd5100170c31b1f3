"""The page: what is known of a table, put into the template, where every value is escaped."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from importlib.resources import files
from math import log10
from typing import TYPE_CHECKING, Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from metaprov_table.checking.database import beside
from metaprov_table.errors import TableError
from metaprov_table.running.kept.formats import Outputs

from .cases import described
from .overview import overview
from .plots import plots

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from metaprov_table.checking import Finding
    from metaprov_table.checking.found import Found

    from .cases import Case

__all__ = ["page"]

#: How many cases of a finding, and rows of a list, the page has.
_MOST: Final = 20
#: How much of a text of a header, half of it from its end: paths have their names there.
_LONGEST: Final = 120
#: Which counts are shown, as what.
_TILES: Final[Mapping[str, str]] = {
    "patients": "Patients",
    "studies": "Studies",
    "series": "Series",
    "volumes": "Volumes",
    "files": "Files",
    "frames": "Frames",
    "bytes": "Size",
    "failures": "Failures",
    "notDicom": "Not DICOM",
}
_UNITS: Final = ("B", "kB", "MB", "GB", "TB")
#: In this order, if a case has it.
_COLUMNS: Final = (
    "patient",
    "name",
    "modality",
    "description",
    "study",
    "series",
    "volume",
    "instance",
    "path",
    "detail",
)


class _WithCases(NamedTuple):
    """A finding with the first of its cases."""

    finding: Finding
    total: int
    cases: Sequence[Case]

    @property
    def columns(self) -> list[str]:
        return [name for name in _COLUMNS if any(name in case for case in self.cases)]


def page(
    path: Path,
    database: DuckDBPyConnection,
    found: Sequence[Found],
    *,
    cases: str,
    identify: bool = False,
) -> str:
    """The HTML of the report of a table; ``cases`` is the name of the file that has all of them.

    Nothing in it makes a request and there is no script; its policy forbids both. Without
    ``identify`` it has UIDs, and no names, patient ids, descriptions or paths. It has the first
    cases of a finding, and the first rows of a list, and says how many more there are.
    """
    about = overview(database)
    css = (files(__package__) / "page.css").read_text("utf-8")
    environment = Environment(
        loader=PackageLoader(__package__, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters.update(number=_number, short=_short)
    return environment.get_template("page.html").render(
        table=path.name,
        made=_made(path),
        policy=_policy(css),
        css=Markup(css),  # noqa: S704 - our own file
        tiles=list(_tiles(about.counts)),
        with_cases=list(_with_cases(database, found, identify=identify)),
        without_cases=[each.finding for each in found if each.ran and not each.cases],
        not_run=[each for each in found if not each.ran],
        asked=len(found),
        failures=about.failures,
        origins=about.origins,
        plots=plots(database),
        most=_MOST,
        uids=("study", "series", "instance", "path"),
        errors_file=beside(path, "errors").name,
        findings_file=cases,
        identity="It has names, patient ids and paths: keep it as you keep the images."
        if identify
        else "It has UIDs, and no names, patient ids or paths; --identify has them.",
    )


def _made(path: Path) -> str:
    """When the page was made, and when and by what the table was, if it says so."""
    now = f"Report of {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    try:
        table = Outputs(path).made()
    except TableError:
        return f"{now}."
    made = f"table of {table.time[:16].replace('T', ' ')} UTC"
    return f"{now}, {made} by {', '.join(table.plan.versions)}."


def _policy(css: str) -> str:
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _tiles(counts: Mapping[str, int]) -> Iterator[tuple[str, str, bool]]:
    for name, title in _TILES.items():
        if name in counts and (counts[name] or name not in {"failures", "notDicom"}):
            shown = _size(counts[name]) if name == "bytes" else _number(counts[name])
            yield title, shown, name == "failures"


def _with_cases(
    database: DuckDBPyConnection, found: Sequence[Found], *, identify: bool
) -> Iterator[_WithCases]:
    """The findings that have cases, the gravest first."""
    for each in sorted(found, key=lambda each: -each.finding.severity.rank):
        if each.cases:
            shown = described(database, each.cases.slice(0, _MOST), identify=identify)
            yield _WithCases(each.finding, each.cases.num_rows, shown)


def _number(number: int) -> str:
    return f"{number:,}"


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]} ... {text[-half:]}"


def _size(size: int) -> str:
    power = min(int(log10(max(size, 1)) / 3), len(_UNITS) - 1)
    return f"{size / 1000**power:.3g} {_UNITS[power]}"
