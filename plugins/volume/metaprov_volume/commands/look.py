"""``metaprov look SOURCE...``: what is behind sources, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

import metaprov_core
from metaprov_core.cli.arguments import AsJson, Output, Sources
from metaprov_core.cli.as_json import print_json_line
from metaprov_core.cli.destination import written_to
from metaprov_core.cli.exit_status import ExitStatus
from metaprov_core.cli.failures import report
from metaprov_core.cli.live import LiveOutput
from metaprov_core.cli.sources import FoundImages

from .found_series import Failures, found_series
from .look_text import json_of, print_patient, print_study
from .looked_at import looked_at, studies_of
from .short_ids import ShortIds

if TYPE_CHECKING:
    from .found_series import FoundSeries

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command(epilog="Example: metaprov look scans/")
def look(sources: Sources, *, as_json: AsJson = False, to: Output = None) -> None:
    """Print patients, studies and series: images, volumes and their defects, SUV or why not.

    As JSON a line is a series.
    """
    host = metaprov_core.default_host
    images = FoundImages(sources, report)
    failures = Failures()
    short = ShortIds(sources)
    series: list[FoundSeries] = []
    done = 0

    def progress() -> str:
        if not series:
            return f"{images.count:,} images looked at"
        return f"{done:,} of {len(series):,} series looked at"

    with written_to(to), LiveOutput(progress) as live:
        series += found_series(host, images, failures)
        if not series:
            raise typer.Exit(max(images.status, failures.status, ExitStatus.NOTHING))
        patient = None
        for study in studies_of(host, series, failures):
            seen = []
            for each in study.series:
                seen.append(looked_at(host, each, failures))
                done += 1
            with live.printing():
                if as_json:
                    for of_series in seen:
                        print_json_line(json_of(study, of_series))
                else:
                    if study.patient != patient:
                        print_patient(study.patient)
                        patient = study.patient
                    print_study(study.about, seen, short)
    status = max(images.status, failures.status)
    if status is not ExitStatus.DONE:
        raise typer.Exit(status)
