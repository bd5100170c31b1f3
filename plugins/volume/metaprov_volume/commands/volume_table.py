"""The volumes of several series as a table, with the defects of each below it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from metaprov_core import base_image_id
from metaprov_core.cli.styles import BAD, DOUBTFUL, GOOD, Styled, style_of
from metaprov_core.cli.tables import print_table

from .in_words import defects_of, group_of, remarks_of, size_of, spacing_of

if TYPE_CHECKING:
    from metaprov_modules import VolumeGeometryModule

    from .found_series import FoundSeries, VolumesOrReason
    from .short_ids import ShortIds

__all__ = ["VolumeTable"]

#: The last one may be long, and is wrapped.
_COLUMNS: Final = ("no.", "modality", "size", "spacing (mm)", "regular", "series")
#: How much of the end of a UID or a path tells one image from others.
_TOLD_APART: Final = 28


class VolumeTable:
    """The rows of the table."""

    def __init__(self, short: ShortIds) -> None:
        self._short: Final = short
        self._rows: Final[list[tuple[str, ...]]] = []
        self._below: Final[list[list[str]]] = []
        #: How many series, and volumes, are in it.
        self.series = self.volumes = 0

    def add(self, series: FoundSeries, found: VolumesOrReason) -> None:
        """Add a row for each volume of a series; for a series without, one with the reason."""
        self.series += 1
        self.volumes += len(found.volumes)
        told: set[str] = set()
        for volume in found.volumes:
            self._rows.append(self._row(series, volume))
            # What holds for all volumes of a 4D series is told once.
            remarks = [remark for remark in remarks_of(volume) if remark not in told]
            told.update(remarks)
            defects = [Styled(each, DOUBTFUL) for each in defects_of(volume, self._short)]
            styled = [Styled(each, style_of(each.partition(":")[0])) for each in remarks]
            self._below.append([*defects, *styled])
        if not found.volumes:
            count = len(series.image_ids)
            size = f"{count} image{'s' if count > 1 else ''}"
            shown = self._described(series, series.image_ids[0], "")
            self._rows.append((*_number_and_modality(series), size, "", "-", shown))
            reason = self._short.in_text(found.reason or "", series.image_ids)
            self._below.append([Styled(f"no volume: {reason}", BAD)])

    def print(self) -> None:
        """Print the table."""
        print_table(_COLUMNS, self._rows, self._below)

    def _row(self, series: FoundSeries, volume: VolumeGeometryModule) -> tuple[str, ...]:
        return (
            *_number_and_modality(series),
            size_of(volume),
            spacing_of(volume),
            _is_regular(volume),
            self._described(series, volume.image_ids[0], group_of(volume)),
        )

    def _described(self, series: FoundSeries, first: str, group: str) -> str:
        """What the series is called, what sets the volume apart in it, and its first image."""
        called = ", ".join(filter(None, (series.about.series_description, group)))
        name = self._short(base_image_id(first))
        # Of what is piped elsewhere, nothing is cut.
        if len(name) > _TOLD_APART and sys.stdout.isatty():
            name = f"...{name[-_TOLD_APART:]}"
        return f"{called or '-'} [{name}]"


def _is_regular(volume: VolumeGeometryModule) -> str:
    """Of one slice nothing is to be said."""
    if len(volume.distances) == 1:
        return "-"
    return Styled("yes", GOOD) if volume.regular else Styled("no", DOUBTFUL)


def _number_and_modality(series: FoundSeries) -> tuple[str, str]:
    number = series.about.series_number
    return "-" if number is None else str(number), series.about.modality or "-"
