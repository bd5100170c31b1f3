"""What a worker does at once: it asks about some files, or about some series."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

import msgspec

from metaprov_table.rows import (
    CRASH,
    VOLUMES_SCHEMA,
    Failures,
    SeriesAnswered,
    answered,
    asking_series,
    series_answered,
)

from .kept.parts import ERRORS, IMAGES, SERIES, SERIES_ERRORS, VOLUMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

    from metaprov_core import Host
    from metaprov_table.columns import Columns
    from metaprov_table.files import File
    from metaprov_table.rows import Answered, Series

__all__ = ["FilesTask", "SeriesTask", "Task", "asked_series"]

_CRASHED = "the process that asked about it ended without a word, each time"
#: Where a part of series says which they are.
_ASKED = b"asked"


class Task(Protocol):
    """What is asked of a worker at once, and becomes the parts of one number."""

    @property
    def number(self) -> int: ...
    @property
    def last(self) -> str:
        """The kind of its part that is written last."""

    @property
    def size(self) -> int:
        """How many files it is about."""

    def answered(self, host: Host, columns: Columns) -> Mapping[str, pa.Table]:
        """The parts, the one that says it is finished last."""

    def crashed(self, columns: Columns) -> Mapping[str, pa.Table]:
        """The parts of a task that ends every process that does it."""

    @property
    def again(self) -> Self:
        """The task as it is done after it has ended a process."""

    def halves(self, first: int, second: int) -> tuple[Self, Self] | None:
        """Two tasks in its place, with these numbers; None where it is as small as can be."""


class FilesTask(NamedTuple):
    """Some files, each by itself, and their series as far as their files are at hand."""

    number: int
    files: Sequence[File]
    with_series: bool = True

    @property
    def last(self) -> str:
        return IMAGES

    @property
    def size(self) -> int:
        return len(self.files)

    def answered(self, host: Host, columns: Columns) -> Mapping[str, pa.Table]:
        if not (self.with_series and columns.need_series):
            return _parts_of_files(answered(host, columns, self.files))
        with asking_series(host, columns) as series:
            found = answered(host, columns, self.files, series)
            return {**_parts_of_series(series.answered()), **_parts_of_files(found)}

    def crashed(self, columns: Columns) -> Mapping[str, pa.Table]:
        return {ERRORS: _crashes(self.files), IMAGES: columns.of_images.empty_table()}

    @property
    def again(self) -> Self:
        # It may be one of the series: then the answers of the files are not lost with it.
        return self._replace(with_series=False)

    def halves(self, first: int, second: int) -> tuple[Self, Self] | None:
        half = len(self.files) // 2
        if not half:
            return None
        return (
            self._replace(number=first, files=self.files[:half]),
            self._replace(number=second, files=self.files[half:]),
        )


class SeriesTask(NamedTuple):
    """Some series, each with all of its files."""

    number: int
    series: Sequence[Series]

    @property
    def last(self) -> str:
        return SERIES

    @property
    def size(self) -> int:
        return sum(each.size() for each in self.series)

    def answered(self, host: Host, columns: Columns) -> Mapping[str, pa.Table]:
        return _parts_of_series(series_answered(host, columns, self.series))

    def crashed(self, columns: Columns) -> Mapping[str, pa.Table]:
        nothing = SeriesAnswered(
            {each.key: each.digest for each in self.series},
            columns.of_series.empty_table(),
            VOLUMES_SCHEMA.empty_table(),
            _crashes(file for each in self.series for file in each.files),
        )
        return _parts_of_series(nothing)

    @property
    def again(self) -> Self:
        return self

    def halves(self, first: int, second: int) -> tuple[Self, Self] | None:
        half = len(self.series) // 2
        if not half:
            return None
        return (
            self._replace(number=first, series=self.series[:half]),
            self._replace(number=second, series=self.series[half:]),
        )


BY_PATH_AND_FRAME = [("path", "ascending"), ("frame", "ascending")]


def asked_series(metadata: Mapping[bytes, bytes]) -> dict[str, str]:
    """The series of a finished part: by their keys, digests of the files that were asked about."""
    return msgspec.json.decode(metadata[_ASKED], type=dict[str, str])


def _parts_of_files(found: Answered) -> dict[str, pa.Table]:
    return {ERRORS: found.errors, IMAGES: found.images.sort_by(BY_PATH_AND_FRAME)}


def _parts_of_series(found: SeriesAnswered) -> dict[str, pa.Table]:
    asked = {_ASKED: msgspec.json.encode(found.asked)}
    return {
        SERIES_ERRORS: found.errors,
        VOLUMES: found.volumes,
        SERIES: found.images.replace_schema_metadata(asked),
    }


def _crashes(files: Iterable[File]) -> pa.Table:
    failures = Failures()
    for file in files:
        failures.add(file, CRASH, _CRASHED)
    return failures.table()
