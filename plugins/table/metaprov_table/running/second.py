"""The second pass: which series are to be asked, and how their answers become columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import compute

from metaprov_modules import SERIES_VOLUMES
from metaprov_table.rows import CRASH, VOLUMES_SCHEMA
from metaprov_table.rows.failures import CONVERT

from .kept.parts import SERIES, VOLUMES
from .series import keys_of, series_in
from .tasks import SeriesTask, asked_series

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metaprov_table.columns import Columns

    from .kept.parts import Parts
    from .series import Series

__all__ = ["AnsweredSeries", "SeriesToAsk", "digests_in"]


class SeriesToAsk:
    """The series of some rows whose answers are not there, or are of other files than now."""

    def __init__(self, parts: Parts, rows: pa.Table, before: Mapping[str, str]) -> None:
        self._rows = rows
        #: By the keys of all series, the digests of their files.
        self.digests = digests_in(rows)
        answered = dict(before)
        for number in parts.numbers(SERIES):
            asked = asked_series(parts.metadata(SERIES, number))
            if all(self.digests.get(key) == digest for key, digest in asked.items()):
                answered.update(asked)
            else:
                parts.remove_series(number)
        self._keys = {key for key, digest in self.digests.items() if answered.get(key) != digest}
        #: How many files they have.
        self.files = sum(len(each.files) for each in self._series())

    def tasks(self, numbers: Iterator[int], batch: int) -> Iterator[SeriesTask]:
        """Tasks of whole series, which have about so many files."""
        some: list[Series] = []
        count = 0
        for each in self._series():
            some.append(each)
            count += len(each.files)
            if count >= batch:
                yield SeriesTask(next(numbers), tuple(some))
                some, count = [], 0
        if some:
            yield SeriesTask(next(numbers), tuple(some))

    def _series(self) -> Iterator[Series]:
        for each in series_in(self._rows):
            if each.key in self._keys:
                yield each


def digests_in(rows: pa.Table) -> dict[str, str]:
    """By the keys of the series of some rows, the digests of their files."""
    return {each.key: each.digest for each in series_in(rows)}


class AnsweredSeries:
    """What a second pass has answered; the other series are as in the table that is updated."""

    def __init__(self, columns: Columns, parts: Parts) -> None:
        self._columns = columns
        self._parts = parts
        self._part_of = {
            key: number
            for number in parts.numbers(SERIES)
            for key in asked_series(parts.metadata(SERIES, number))
        }
        self._keys = pa.array(self._part_of, pa.string())

    def filled(self, images: pa.Table) -> pa.Table:
        """Rows of images with what their series answered, by `Columns.schema`."""
        keys = keys_of(images)
        answers = self._answers_for(images, keys)
        are_answered = compute.is_in(keys, value_set=self._keys)
        arrays = []
        for field in self._columns.schema:
            if field.name == "image" or field.name not in answers.column_names:
                arrays.append(images[field.name])
            elif field.name not in images.column_names:
                arrays.append(answers[field.name])
            else:
                both = answers[field.name], images[field.name]
                arrays.append(compute.if_else(are_answered, *both))
        return pa.Table.from_arrays(arrays, schema=self._columns.schema)

    def volumes(self, before: pa.Table | None, digests: Mapping[str, str]) -> pa.Table:
        """All volumes, by their names; ``before`` are those of the table that is updated."""
        tables = [self._parts.read_all(VOLUMES, VOLUMES_SCHEMA)]
        if before is not None:
            as_before = pa.array(digests.keys() - self._part_of.keys(), pa.string())
            tables.append(before.filter(compute.is_in(keys_of(before), value_set=as_before)))
        return pa.concat_tables(tables).sort_by("volume")

    def without_their_errors(self, errors: pa.Table, rows: pa.Table) -> pa.Table:
        """Errors of the table that is updated, but for those that a second pass tells again."""
        of_them = rows.filter(compute.is_in(keys_of(rows), value_set=self._keys))["path"]
        names = [SERIES_VOLUMES, *(each.name for each in self._columns.types_of_series)]
        type_of_misfit = compute.list_element(compute.split_pattern(errors["reason"], ":"), 0)
        are_of_series = compute.or_(
            compute.is_in(errors["stage"], value_set=pa.array([CRASH, *names], pa.string())),
            compute.and_(
                compute.equal(errors["stage"], CONVERT),
                compute.is_in(type_of_misfit, value_set=pa.array(names, pa.string())),
            ),
        )
        are_told = compute.and_(
            are_of_series, compute.is_in(errors["path"], value_set=of_them.combine_chunks())
        )
        return errors.filter(compute.invert(are_told))

    def _answers_for(self, images: pa.Table, keys: pa.ChunkedArray) -> pa.Table:
        """The answers for these images, in their order; nulls where there is none."""
        numbers = {self._part_of[key] for key in keys.unique().to_pylist() if key in self._part_of}
        tables = [self._parts.read(SERIES, number) for number in sorted(numbers)]
        answers = pa.concat_tables(
            [
                self._columns.of_series.empty_table(),
                *(each.replace_schema_metadata() for each in tables),
            ]
        )
        places = compute.index_in(images["image"], value_set=answers["image"].combine_chunks())
        return answers.take(places)
