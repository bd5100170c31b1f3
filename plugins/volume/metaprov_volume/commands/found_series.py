"""The series behind the sources of a command, and the volumes of each, or why it has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from metaprov_core import MetadataReadError, PluginLoadError
from metaprov_core.cli.exit_status import ExitStatus
from metaprov_core.cli.failures import report, tell
from metaprov_modules import GENERAL_SERIES, SERIES_VOLUMES, GeneralSeriesModule
from metaprov_volume.images_by_series import images_by_series
from metaprov_volume.series_volumes import series_volumes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metaprov_core import Explanation, Host
    from metaprov_modules import VolumeGeometryModule

__all__ = ["Failures", "FoundSeries", "VolumesOrReason", "found_series", "notes_in", "volumes_of"]


class FoundSeries(NamedTuple):
    """A series, with those of its images that were found."""

    about: GeneralSeriesModule
    image_ids: list[str]


class VolumesOrReason(NamedTuple):
    """The volumes of a series; where there is none, why."""

    volumes: tuple[VolumeGeometryModule, ...]
    reason: str | None


class Failures:
    """Tells of each failure once, on stderr, and lets the command go on."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        #: The exit status for them together.
        self.status = ExitStatus.DONE

    def add(self, error: Exception) -> None:
        """Tell of a failure. Raises PluginLoadError: then no question is answered."""
        if isinstance(error, PluginLoadError):
            raise error
        # One image of several.
        self.status = ExitStatus.SOME_FAILED
        message = str(error) if isinstance(error, MetadataReadError) else report.message(error)
        if message not in self._told:
            self._told.add(message)
            tell(message)


def found_series(host: Host, image_ids: Iterable[str], failures: Failures) -> list[FoundSeries]:
    """The series that some images are of, in the order in which they were found."""
    return [
        FoundSeries(_about(host, of_series[0], failures), of_series)
        for of_series in images_by_series(host, image_ids, failures.add)
    ]


def _about(host: Host, image_id: str, failures: Failures) -> GeneralSeriesModule:
    try:
        about: object = host.get(GENERAL_SERIES, image_id)
    except Exception as error:
        failures.add(error)
        about = None
    return about if isinstance(about, GeneralSeriesModule) else GeneralSeriesModule()


def volumes_of(host: Host, series: FoundSeries, failures: Failures) -> VolumesOrReason:
    """The volumes of the images of a series that were found; where there is none, why."""
    try:
        return _volumes_of(host, series.image_ids)
    except Exception as error:
        failures.add(error)
        return VolumesOrReason((), str(error))


def _volumes_of(host: Host, image_ids: Sequence[str]) -> VolumesOrReason:
    answer = tuple(host.get(SERIES_VOLUMES, image_ids[0]) or ())
    if not answer:
        return VolumesOrReason((), notes_in(host.explain(SERIES_VOLUMES, image_ids[0])))
    if {image_id for volume in answer for image_id in volume.image_ids} <= set(image_ids):
        return VolumesOrReason(answer, None)
    # The series has images elsewhere, which were not asked about.
    found = series_volumes(host, image_ids)
    return VolumesOrReason(found.volumes, None if found.volumes else "; ".join(found.reasons()))


def notes_in(explanation: Explanation) -> str:
    """Why there is no answer, on one line."""
    if explanation.error is not None:
        return str(explanation.error)
    notes = [note for row in explanation.rows for note in row.notes]
    return "; ".join(dict.fromkeys(notes)) or explanation.summary
