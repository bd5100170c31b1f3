"""The series behind the sources of a command, and the volumes of each, or why it has none."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import MetadataReadError, PluginLoadError, base_image_id
from metaprov_core.cli.exit_status import ExitStatus
from metaprov_core.cli.failures import report, tell
from metaprov_modules import GENERAL_SERIES, SERIES_VOLUMES, GeneralSeriesModule
from metaprov_volume.series_volumes import series_volumes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metaprov_core import Explanation, Host
    from metaprov_modules import VolumeGeometryModule

__all__ = ["Failures", "FoundSeries", "VolumesOrReason", "found_series", "notes_in", "volumes_of"]

#: How many images a source may fetch side by side before the first of them is asked about.
_TOGETHER: Final = 32


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
    """The series that some images are of, in the order in which they were found.

    An image that does not say of which series it is, is one by itself.
    """
    found: dict[str, FoundSeries] = {}
    # All frames of an image are of one series; None: it cannot be read.
    series_of: dict[str, FoundSeries | None] = {}
    ids = iter(image_ids)
    while together := list(islice(ids, _TOGETHER)):
        host.prefetch(together)
        for image_id in together:
            base = base_image_id(image_id)
            if base not in series_of:
                series_of[base] = _series_of(host, image_id, base, found, failures)
            series = series_of[base]
            if series is not None:
                series.image_ids.append(image_id)
    return list(found.values())


def _series_of(
    host: Host, image_id: str, base: str, found: dict[str, FoundSeries], failures: Failures
) -> FoundSeries | None:
    try:
        about = host.get(GENERAL_SERIES, image_id)
    except Exception as error:
        failures.add(error)
        return None
    if not isinstance(about, GeneralSeriesModule):
        about = GeneralSeriesModule()
    return found.setdefault(about.series_instance_uid or base, FoundSeries(about, []))


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
