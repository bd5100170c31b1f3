"""Volumes of series become files, one after the other; what fails does not stop the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from metaprov_core import MetadataNotFoundError, PluginLoadError, base_image_id
from metaprov_core.cli.as_json import print_json_line
from metaprov_core.cli.exit_status import ExitStatus
from metaprov_core.cli.failures import report, tell
from metaprov_volume.errors import VolumeError
from metaprov_volume.volume.whole_files import written_whole

from .converted_parts import FileNames, parts_of, values_for
from .found_series import notes_in, volumes_of
from .placed_images import are_slices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from metaprov_core import Host
    from metaprov_volume.volume.volume import Volume

    from .converted_parts import Part
    from .found_series import Failures, FoundSeries

__all__ = ["Conversions", "Converted", "Wanted"]

#: What errors advise, and how a command line has it.
_OPTIONS: Final = {
    'missing="nan"': "--missing nan",
    'duplicates="first"': "--duplicates first",
}


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
    #: The description of its series, and what sets it apart in this.
    called: str = ""

    def print(self, say: Callable[[str], None], *, as_json: bool) -> None:
        """Print it as one line: ``say`` prints texts; without JSON, what failed goes to stderr."""
        if as_json:
            print_json_line(self.about)
        elif "error" in self.about:
            tell(f"{self.name}: {self.about['error']}")
        else:
            about = self.about
            shape = " x ".join(map(str, about["shape"]))
            values = " in ".join(filter(None, (about["values"], about["units"])))
            say("  ".join(filter(None, (about["image"], shape, values, self.called))))


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
        name = f"series {series.about.series_instance_uid or base_image_id(series.image_ids[0])}"
        if not found.volumes:
            yield self._without_volume(name, series, found.reason)
        for part in parts_of(found.volumes, stack=self._wanted.stack):
            named = f"{name} volume {part.place}" if part.total > 1 else name
            if part.group:
                named += f", {part.group}"
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
            "seriesDescription": geometry.series_description,
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
            about["error"] = _on_one_line(error)
        shown(stem, len(part.image_ids) - before)
        called = filter(None, (geometry.series_description, part.group))
        return Converted(name, about, ", ".join(called))

    def _write(self, stem: str, part: Part, count: Callable[[int, int], None]) -> dict[str, Any]:
        files = {"image": ".nii.gz", "json": ".json"}
        if self._wanted.preview:
            files["preview"] = ".png"
        paths = {what: self._folder / f"{stem}{ending}" for what, ending in files.items()}
        there = [str(path) for path in paths.values() if path.exists()]
        if there and not self._wanted.overwrite:
            raise VolumeError(f"{there[0]} is there already; --overwrite replaces it")
        # A slice of NIfTI has a spacing of its own.
        is_single = part.geometries[0].affine_lps is None and part.geometries[0].dimensions[2] == 1
        if is_single and self._wanted.slice_spacing is None:
            raise VolumeError(
                "one slice has no spacing between slices, which NIfTI wants; give one with "
                "--slice-spacing"
            )
        volume = self._read(part, count)
        # What is given for single slices is not for other volumes.
        spacing = self._wanted.slice_spacing if is_single else None
        volume.save(paths["image"], slice_spacing=spacing)
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


def _on_one_line(error: Exception) -> str:
    """What was raised; of a question that nobody answered the reasons, not who was asked."""
    if isinstance(error, MetadataNotFoundError) and error.explanation is not None:
        explanation = error.explanation
        return f"{explanation.summary}: {notes_in(explanation)}"
    message = " ".join(report.message(error).split())
    for argument, option in _OPTIONS.items():
        message = message.replace(argument, option)
    return message
