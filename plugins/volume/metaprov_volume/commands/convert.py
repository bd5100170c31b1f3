"""``metaprov convert SOURCE... -o DIR``: each volume behind sources as NIfTI, with its JSON."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from enum import StrEnum
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import metaprov_core
from metaprov_core.cli.arguments import AsJson, Sources
from metaprov_core.cli.exit_status import ExitStatus
from metaprov_core.cli.failures import report
from metaprov_core.cli.sources import FoundImages
from metaprov_volume.volume.needed import needed

from .conversions import Conversions, Wanted
from .converted_parts import AUTO
from .found_series import Failures, found_series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, TaskID

__all__ = ["app"]

app = typer.Typer(add_completion=False)


def _more_than_0(spacing: float | None) -> float | None:
    if spacing is not None and not 0 < spacing < inf:
        raise typer.BadParameter("a spacing is more than 0 mm")
    return spacing


class Values(StrEnum):
    """What the voxels are to be."""

    AUTO = AUTO
    STORED = "stored"
    MODALITY = "modality"
    SUVBW = "suvbw"
    SUVLBM = "suvlbm"
    SUVLBM_JAMES128 = "suvlbm_james128"
    SUVLBM_JANMA = "suvlbm_janma"
    SUVBSA = "suvbsa"
    SUVIBW = "suvibw"
    DOSE = "dose"


class Missing(StrEnum):
    """What becomes of a volume that lacks slices."""

    ERROR = "error"
    NAN = "nan"


class Duplicates(StrEnum):
    """What becomes of a volume with several images at one position."""

    ERROR = "error"
    FIRST = "first"


@app.command(epilog="Example: metaprov convert scans/ -o volumes/ --preview")
def convert(
    sources: Sources,
    *,
    to: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="DIR", file_okay=False, help="The folder to write to."
        ),
    ],
    values: Annotated[
        Values,
        typer.Option(
            help="What voxels are. auto: SUV by body weight for PET, Gy for RTDOSE, and what the "
            "modality LUT makes of the others, as HU. Kinds of SUV are for PET, and dose for "
            "RTDOSE; others are as with auto. stored and modality are for all."
        ),
    ] = Values.AUTO,
    stack: Annotated[
        bool, typer.Option("--stack", help="Write the times, or echoes, of a series as one file.")
    ] = False,
    missing: Annotated[
        Missing, typer.Option(help="What missing slices become; without it they are an error.")
    ] = Missing.ERROR,
    duplicates: Annotated[
        Duplicates,
        typer.Option(help="Which of the images at one position counts; without it, an error."),
    ] = Duplicates.ERROR,
    slice_spacing: Annotated[
        float | None,
        typer.Option(
            metavar="MM",
            callback=_more_than_0,
            help="The spacing of volumes of one slice, which have none.",
        ),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Write a picture of each: three planes, as PNG.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that are there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write each volume as NIfTI, and beside it JSON with its values, units, factors and notes.

    A file is named after the SeriesInstanceUID; of several volumes of a series, with their index.
    As JSON a line says of each volume what was written, or why it was not.
    """
    for module in ("numpy", "nibabel", *(["PIL"] if preview else [])):
        needed(module)
    wanted = Wanted(
        values=values.value,
        missing="nan" if missing is Missing.NAN else None,
        duplicates="first" if duplicates is Duplicates.FIRST else None,
        stack=stack,
        slice_spacing=slice_spacing,
        preview=preview,
        overwrite=overwrite,
    )
    images, failures = FoundImages(sources, report), Failures()
    host = metaprov_core.default_host
    with _made(to), _progress(hidden=as_json and sys.stdout.isatty()) as progress:
        task = progress.add_task("looking for series", total=None)
        series = found_series(host, images, failures)
        progress.update(task, total=sum(len(each.image_ids) for each in series))
        conversions = Conversions(host, to, wanted)
        for each in series:
            for done in conversions.of_series(each, failures, _shown(progress, task)):
                done.print(_beside(progress), as_json=as_json)
    status = max(images.status, failures.status, conversions.status)
    if status is not ExitStatus.DONE:
        raise typer.Exit(status)


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """A folder to write to; if it was not there, and nothing was written, it is gone after."""
    new = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"cannot make {folder}: {error.strerror or error}"
        raise typer.BadParameter(reason, param_hint="--output") from error
    try:
        yield
    finally:
        with suppress(OSError):  # there is something in it
            for each in new:
                each.rmdir()


def _progress(*, hidden: bool) -> Progress:
    """A bar on stderr, for as long as it takes, if that is a terminal: below what is printed."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(
        *columns,
        console=console,
        transient=True,
        # What goes to a file or a pipe is to stay there.
        redirect_stdout=False,
        disable=hidden or not console.is_terminal,
    )


def _beside(progress: Progress) -> Callable[[str], None]:
    """Prints a line to stdout; where that is the terminal with the bar, above it, unbroken."""
    if progress.disable or not sys.stdout.isatty():
        return print
    return partial(progress.console.print, soft_wrap=True, markup=False, highlight=False)


def _shown(progress: Progress, task: TaskID) -> Callable[[str, int], None]:
    """Shows what is being read, and how many images are done."""
    return lambda what, count: progress.update(task, description=what, advance=count)
