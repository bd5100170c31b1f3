"""``metaprov volumes SOURCE...``: the volumes behind sources, each with its defects."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

import metaprov_core
from metaprov_core.cli.arguments import AsJson, Output, Sources
from metaprov_core.cli.as_json import print_json_line
from metaprov_core.cli.destination import written_to
from metaprov_core.cli.exit_status import ExitStatus
from metaprov_core.cli.failures import report, tell
from metaprov_core.cli.live import LiveOutput
from metaprov_core.cli.sources import FoundImages
from metaprov_modules import json_name

from .found_series import Failures, found_series, volumes_of
from .placed_images import are_slices
from .short_ids import ShortIds
from .volume_table import VolumeTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metaprov_core import Host

    from .found_series import FoundSeries, VolumesOrReason

__all__ = ["app"]

app = typer.Typer(add_completion=False)


class FailOn(StrEnum):
    """What may be the matter with a volume, from the least grave to the gravest."""

    INFO = "info"
    ASSUMED = "assumed"
    REPAIRED = "repaired"
    WARNING = "warning"
    IRREGULAR = "irregular"


@app.command(epilog="Example: metaprov volumes scans/ --fail-on irregular")
def volumes(
    sources: Sources,
    *,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            help="Exit with status 4 if a note is of this severity, or graver; gravest is a volume "
            "that is not regular, or slices of CT, MR, PET or dose that make no volume."
        ),
    ] = None,
    as_json: AsJson = False,
    to: Output = None,
) -> None:
    """Print the volumes of each series, and below each its defects; no pixel is read.

    As JSON a line is the volumeGeometryModule of a volume, or a series and why it has none.
    """
    host = metaprov_core.default_host
    images = FoundImages(sources, report)
    failures = Failures()
    table = VolumeTable(ShortIds(sources))
    series: list[FoundSeries] = []
    matters: set[str] = set()

    def progress() -> str:
        if not series:
            return f"{images.count:,} images looked at"
        return f"volumes of {table.series:,} of {len(series):,} series"

    with written_to(to):
        with LiveOutput(progress) as live:
            series += found_series(host, images, failures)
            for each in series:
                found = volumes_of(host, each, failures)
                matters.update(_matters(host, each, found))
                table.add(each, found)
                if as_json:
                    with live.printing():
                        _print_json(each, found)
        status = max(images.status, failures.status)
        if not series:
            raise typer.Exit(max(status, ExitStatus.NOTHING))
        if not as_json:
            table.print()
    if not table.volumes:
        tell(f"no volume in {', '.join(map(repr, sources))}")
        status = max(status, ExitStatus.NOTHING)
    severities = list(FailOn)
    if fail_on is not None and matters.intersection(severities[severities.index(fail_on) :]):
        status = ExitStatus.FAIL_ON
    if status is not ExitStatus.DONE:
        raise typer.Exit(status)


def _matters(host: Host, series: FoundSeries, found: VolumesOrReason) -> Iterator[str]:
    """How grave what is the matter with a series is."""
    for volume in found.volumes:
        yield from (note.severity for note in volume.notes)
        if not volume.regular:
            yield FailOn.IRREGULAR
    if not found.volumes and are_slices(host, series.image_ids[0]):
        yield FailOn.IRREGULAR


def _print_json(series: FoundSeries, found: VolumesOrReason) -> None:
    for volume in found.volumes:
        print_json_line(volume)
    if not found.volumes:
        about = series.about
        fields = {
            "series_instance_uid": about.series_instance_uid,
            "study_instance_uid": about.study_instance_uid,
            "modality": about.modality,
            "series_description": about.series_description,
            "series_number": about.series_number,
            "image_ids": series.image_ids,
            "reason": found.reason,
        }
        print_json_line({json_name(name): value for name, value in fields.items()})
