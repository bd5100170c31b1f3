"""``metaprov table SOURCE... -o out.parquet``: what sources hold as a table, and what failed."""

from __future__ import annotations

import os
import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from msgspec.structs import asdict

import metaprov_core
from metaprov_core.cli.arguments import AsJson
from metaprov_core.cli.as_json import print_json
from metaprov_core.cli.exit_status import ExitStatus
from metaprov_core.cli.failures import tell

from .table_progress import shown_progress

if TYPE_CHECKING:
    from metaprov_table.running.summary import Counts, Summary

__all__ = ["app"]

app = typer.Typer(add_completion=False)

#: One of the names between commas: a tag may have one itself, as in (0019,1010).
_NAME: Final = re.compile(r"\(?[0-9A-Fa-f]{4},\s*[0-9A-Fa-f]{4}\)?|[^,]+")
#: The argument that stands for standard input.
_STDIN: Final = "-"
#: Without an update nobody looks at the files again.
_AS_OF_THEN: Final = " as of when it was written: --update looks for what is new"


class Engine(StrEnum):
    """Who does the work, if not this machine."""

    DASK = "dask"


def _names(texts: list[str] | None) -> list[str]:
    """The names in options that have several, with commas between them."""
    if not texts:
        return []  # the typer of old goes on with it as with a list
    names = [name.strip() for text in texts for name in _NAME.findall(text) if name.strip()]
    if not names:
        raise typer.BadParameter("it names no type: leave it out for what the findings need")
    return names


@app.command(epilog="Example: metaprov table scans/ -o scans.parquet")
def table(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE...", help="Folders, files, or the URLs of series."),
    ] = None,
    *,
    to: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The file to write; its suffix is the format: .parquet, .csv or .jsonl.",
        ),
    ],
    types: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TYPES",
            callback=_names,
            help="What to ask for, with commas between: imagePlaneModule,Manufacturer,(0019,1010). "
            "Without it, what the findings need.",
        ),
    ] = None,
    nested: Annotated[
        bool, typer.Option("--nested", help="One struct a type, instead of a column a field.")
    ] = False,
    bulk: Annotated[bool, typer.Option("--bulk", help="Also binary values.")] = False,
    volumes: Annotated[
        bool,
        typer.Option(
            " /--no-volumes",
            help="Look for no volumes: their columns are null, and there is no table of them.",
        ),
    ] = True,
    files_from: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Also the files that are named in this one, one a line; - is stdin.",
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GLOB",
            help="Leave out what has such a name, or such a path, absolute or below its source; "
            "with / at its end, such folders. This option may be repeated.",
        ),
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Ask about what is new or has changed.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew, whatever is there.")] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            help="Number of processes; 0: this one alone. Without it, one a core.",
        ),
    ] = None,
    batch: Annotated[
        int, typer.Option(metavar="N", min=1, help="Number of files at a time.")
    ] = 1000,
    engine: Annotated[
        Engine | None, typer.Option(help="Work on a Dask cluster, of this machine or others.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="The scheduler of the cluster: tcp://node:8786."),
    ] = None,
    patience: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0,
            help="End the run if a Dask cluster that had workers is without any for so long "
            "(default: 300).",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write one row an image or frame, by path, and beside it a table of volumes, and of errors.

    The same command goes on where a run was ended, whatever ended it. What is no image is counted.
    """
    if not sources and files_from is None:
        raise typer.BadParameter("there is neither a source nor --files-from")
    for name, value in (("--scheduler", scheduler), ("--patience", patience)):
        if value is not None and engine is None:
            raise typer.BadParameter("it is for --engine dask", param_hint=name)
    from metaprov_table.columns import DEFAULT_TYPES
    from metaprov_table.running.engines.on_dask import PATIENCE
    from metaprov_table.running.job import Job

    job = Job(
        sources=sources or [],
        output=Path(os.path.abspath(to)),  # noqa: PTH100 - a link stays one
        types=types or DEFAULT_TYPES,
        nested=nested,
        bulk=bulk,
        volumes=volumes,
        files=None if files_from is None else sorted(set(_paths_in(files_from))),
        exclude=exclude or [],
        update=update,
        fresh=fresh,
        workers=_cores() if workers is None else workers,
        batch=batch,
        engine=engine,
        scheduler=scheduler,
        patience=PATIENCE if patience is None else patience,
        host=metaprov_core.default_host,
    )
    try:
        with shown_progress(job.count_files) as watch:
            summary = job.run(watch)
    except KeyboardInterrupt:
        tell("what is finished is kept: the same command goes on from there")
        raise
    _print(summary, to, is_update=update, as_json=as_json)
    status = _status(summary.counts)
    if status is not ExitStatus.DONE:
        raise typer.Exit(status)


def _cores() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _paths_in(name: str) -> list[str]:
    """The paths in a file, one a line, whatever bytes they are of."""
    if name == _STDIN:
        text = b"" if sys.stdin is None else sys.stdin.buffer.read()
    else:
        try:
            text = Path(name).read_bytes()
        except OSError as error:
            reason = f"cannot read {name}: {error.strerror or error}"
            raise typer.BadParameter(reason, param_hint="--files-from") from error
    return [os.fsdecode(line) for line in text.splitlines() if line]


def _print(summary: Summary, named: Path, *, is_update: bool, as_json: bool) -> None:
    """Say what a run comes to; to people, the output is called as they named it."""
    counts = summary.counts
    if as_json:
        about = {"output": str(summary.output), "errors": str(summary.errors)}
        print_json({**about, "up_to_date": summary.up_to_date, **asdict(counts)})
        return
    if summary.up_to_date:
        typer.echo(f"{named} is up to date{'' if is_update else _AS_OF_THEN}")
    typer.echo(
        f"{named}: {_counted(counts.images, 'image')} of {_counted(counts.volumes, 'volume')} in "
        f"{_counted(counts.of_images, 'file')}; {_counted(counts.files, 'file')} looked at, "
        f"{counts.not_dicom:,} of them no image"
    )
    for stage, count in counts.failures.items():
        tell(f"{count:,} failed ({stage}): see {named.with_name(summary.errors.name)}")


def _counted(count: int, one: str) -> str:
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def _status(counts: Counts) -> ExitStatus:
    """That of a table, whether it was written now or is up to date."""
    if not counts.images:
        return ExitStatus.UNUSABLE if counts.failures else ExitStatus.NOTHING
    return ExitStatus.SOME_FAILED if counts.failures else ExitStatus.DONE
