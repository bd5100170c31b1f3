"""Volumes of series become files, one after the other; what fails does not stop the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from metaprov_core import PluginLoadError
from metaprov_core.cli.as_json import print_json_line
from metaprov_core.cli.exit_status import ExitStatus
from metaprov_core.cli.failures import report, tell
from metaprov_volume.errors import VolumeError
from metaprov_volume.volume.whole_files import written_whole

from .converted_parts import FileNames, parts_of, values_for
from .found_series import volumes_of
from .placed_images import are_slices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from metaprov_core import Host
    from metaprov_volume.volume.volume import Volume

    from .converted_parts import Part
    from .found_series import Failures, FoundSeries

__all__ = ["Conversions", "Converted", "Wanted"]


class Wanted(NamedTuple):
    """What is asked for of every volume."""

    values: str
    missing: Literal["nan"] | None
    duplicates: Literal["first"] | None
    stack: bool
    slice_spacing: float | None
    preview: bool
    overwrite: bool


class Converted(NamedTuple):
    """What became of a volume: files, or why there are none."""

    name: str
    about: dict[str, Any]

    def print(self, *, as_json: bool) -> None:
        """Print it as one line; without JSON, what failed goes to stderr."""
        if as_json:
            print_json_line(self.about)
        elif "error" in self.about:
            tell(f"{self.name}: {self.about['error']}")
        else:
            about = self.about
            shape = " x ".join(map(str, about["shape"]))
            values = " in ".join(filter(None, (about["values"], about["units"])))
            print(f"{about['image']}  {shape}  {values}")  # noqa: T201 - a command line prints


class Conversions:
    """Reads volumes, and writes each to a folder."""

    def __init__(self, host: Host, folder: Path, wanted: Wanted) -> None:
        self._host = host
        self._folder = folder
        self._wanted = wanted
        self._names = FileNames()
        self._written = self._failed = 0

    @property
    def status(self) -> ExitStatus:
        """The exit status for all volumes together."""
        if self._failed:
            return ExitStatus.SOME_FAILED if self._written else ExitStatus.UNUSABLE
        return ExitStatus.DONE if self._written else ExitStatus.NOTHING

    def of_series(
        self, series: FoundSeries, failures: Failures, shown: Callable[[str, int], None]
    ) -> Iterator[Converted]:
        """Write the volumes of a series; ``shown(what, count)`` is told of each image."""
        found = volumes_of(self._host, series, failures)
        name = f"series {series.about.series_instance_uid or series.image_ids[0]}"
        if not found.volumes:
            yield self._without_volume(name, series, found.reason)
        for part in parts_of(found.volumes, stack=self._wanted.stack):
            named = f"{name} volume {part.index}" if part.count > 1 else name
            yield self._converted(named, part, shown)

    def _without_volume(self, name: str, series: FoundSeries, reason: str | None) -> Converted:
        """Only what ought to have one fails: reports and structures are no slices."""
        self._failed += are_slices(self._host, series.image_ids[0])
        about = {
            "seriesInstanceUID": series.about.series_instance_uid,
            "modality": series.about.modality,
            "error": f"no volume: {reason}",
        }
        return Converted(name, about)

    def _converted(self, name: str, part: Part, shown: Callable[[str, int], None]) -> Converted:
        geometry = part.geometries[0]
        about: dict[str, Any] = {
            "seriesInstanceUID": geometry.series_instance_uid,
            "modality": geometry.modality,
            "group": geometry.group,
        }
        stem = self._names.stem(part)
        shown(stem, 0)
        before = 0

        def count(done: int, _total: int) -> None:
            nonlocal before
            shown(stem, done - before)
            before = done

        try:
            about |= self._write(stem, part, count)
            self._written += 1
        except PluginLoadError:
            raise  # no question is answered
        except Exception as error:
            self._failed += 1
            report.exit_status(error)  # with --traceback, shows where
            about["error"] = report.message(error)
        shown(stem, len(part.image_ids) - before)
        return Converted(name, about)

    def _write(self, stem: str, part: Part, count: Callable[[int, int], None]) -> dict[str, Any]:
        files = {"image": ".nii.gz", "json": ".json"}
        if self._wanted.preview:
            files["preview"] = ".png"
        paths = {what: self._folder / f"{stem}{ending}" for what, ending in files.items()}
        there = [str(path) for path in paths.values() if path.exists()]
        if there and not self._wanted.overwrite:
            raise VolumeError(f"{there[0]} is there already; --overwrite replaces it")
        volume = self._read(part, count)
        volume.save(paths["image"], slice_spacing=self._spacing(part))
        if self._wanted.preview:
            with written_whole(paths["preview"]) as file:
                volume.preview().save(file, "PNG")
        return {
            **{what: str(path) for what, path in paths.items()},
            "values": volume.values,
            "units": volume.units,
            "shape": volume.array.shape,
            "notes": volume.notes,
        }

    def _read(self, part: Part, count: Callable[[int, int], None]) -> Volume:
        from metaprov_volume.reading import read

        first = part.geometries[0]
        is_stack = self._wanted.stack and first.group is not None
        return read(
            part.geometries if is_stack else first,
            values=values_for(first.modality, self._wanted.values),
            host=self._host,
            progress=count,
            missing=self._wanted.missing,
            duplicates=self._wanted.duplicates,
            stack=is_stack,
        )

    def _spacing(self, part: Part) -> float | None:
        """What is given for single slices is not for other volumes."""
        geometry = part.geometries[0]
        return self._wanted.slice_spacing if geometry.dimensions[2] == 1 else None
