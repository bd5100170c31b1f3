"""Which series are to be asked anew, and how the answers of all become columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
from pyarrow import compute

from metaprov_modules import SERIES_VOLUMES
from metaprov_table.rows import (
    CRASH,
    ERRORS_SCHEMA,
    VOLUMES_SCHEMA,
    Series,
    keys_of,
    series_in,
)
from metaprov_table.rows.failures import CONVERT
from metaprov_table.rows.together import whole_together

from .kept.parts import SERIES, SERIES_ERRORS, VOLUMES
from .tasks import SeriesTask, asked_series

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metaprov_table.columns import Columns

    from .kept.parts import Parts

__all__ = ["AnsweredSeries", "SeriesToAsk", "digests_in"]

_PART: Final = pa.field("part", pa.int64())


class SeriesToAsk:
    """The series of some rows whose answers are not there, or are of other files than now."""

    def __init__(self, parts: Parts, rows: pa.Table, before: Mapping[str, str]) -> None:
        self._rows = rows
        #: By the keys of all series, the digests of their files.
        self.digests = digests_in(rows)
        as_before = {key for key, digest in before.items() if self.digests.get(key) == digest}
        self._keys = self.digests.keys() - as_before - _parts_of_series(parts, self.digests).keys()
        #: How many files they have.
        self.files = sum(each.size() for each in self._series())

    def tasks(self, numbers: Iterator[int], batch: int) -> Iterator[SeriesTask]:
        """Tasks of whole series, which have about so many files."""
        for some in whole_together(self._series(), Series.size, batch):
            yield SeriesTask(next(numbers), tuple(some))

    def _series(self) -> Iterator[Series]:
        for each in series_in(self._rows):
            if each.key in self._keys:
                yield each


def digests_in(rows: pa.Table) -> dict[str, str]:
    """By the keys of the series of some rows, the digests of their files."""
    return {each.key: each.digest for each in series_in(rows)}


def _parts_of_series(parts: Parts, digests: Mapping[str, str]) -> dict[str, int]:
    """By the keys of series, the number of the part that asked about the files that they have."""
    return {
        key: number
        for number in parts.numbers(SERIES)
        for key, digest in asked_series(parts.metadata(SERIES, number)).items()
        if digests.get(key) == digest
    }


class AnsweredSeries:
    """What series have answered; those in no part are as in the table that is updated."""

    def __init__(self, columns: Columns, parts: Parts, digests: Mapping[str, str]) -> None:
        self._columns = columns
        self._parts = parts
        self._digests = digests
        self._part_of = _parts_of_series(parts, digests)
        self._keys = pa.array(self._part_of, pa.string())
        self._numbers = pa.array(self._part_of.values(), pa.int64())
        #: That of the rows, filled.
        self.schema = columns.schema

    def filled(self, images: pa.Table) -> pa.Table:
        """Rows of images with what their series answered, by `Columns.schema`."""
        answers = self._answers_for(images)
        are_answered = compute.is_in(keys_of(images), value_set=self._keys)
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

    def volumes(self, before: pa.Table | None) -> pa.Table:
        """All volumes, by their names; ``before`` are those of the table that is updated."""
        tables = [VOLUMES_SCHEMA.empty_table()]
        for number in self._parts.numbers(VOLUMES):
            volumes = self._parts.read(VOLUMES, number)
            tables.append(volumes.filter(compute.equal(self._numbers_of(volumes), number)))
        if before is not None:
            as_before = pa.array(self._digests.keys() - self._part_of.keys(), pa.string())
            tables.append(before.filter(compute.is_in(keys_of(before), value_set=as_before)))
        return pa.concat_tables(tables).sort_by("volume")

    def errors(self, rows: pa.Table) -> pa.Table:
        """What failed when series were asked; ``rows`` tell which files these have."""
        tables = []
        for number in self._parts.numbers(SERIES_ERRORS):
            errors = self._parts.read(SERIES_ERRORS, number)
            if errors.num_rows:
                tables.append(errors.append_column(_PART, [[number] * errors.num_rows]))
        if not tables:  # the most frequent case, and a join of all rows takes memory
            return ERRORS_SCHEMA.empty_table()
        files = rows.select(["path"]).append_column(_PART, self._numbers_of(rows))
        that_hold = pa.concat_tables(tables).join(files, ["path", "part"], join_type="left semi")
        return that_hold.select(ERRORS_SCHEMA.names).cast(ERRORS_SCHEMA)

    def without_their_errors(self, errors: pa.Table, rows: pa.Table) -> pa.Table:
        """Errors of the table that is updated, but for those that the parts tell again."""
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

    def _answers_for(self, images: pa.Table) -> pa.Table:
        """The answers for these images, in their order; nulls where there is none."""
        numbers = self._numbers_of(images)
        parts = [self._columns.of_series.empty_table()]
        for number in sorted(numbers.unique().drop_null().to_pylist()):
            in_part = images["image"].filter(compute.equal(numbers, number))
            answers = self._parts.read(SERIES, number).replace_schema_metadata()
            are_true = compute.is_in(answers["image"], value_set=in_part.combine_chunks())
            parts.append(answers.filter(are_true))
        answers = pa.concat_tables(parts)
        places = compute.index_in(images["image"], value_set=answers["image"].combine_chunks())
        return answers.take(places)

    def _numbers_of(self, rows: pa.Table) -> pa.ChunkedArray:
        """By rows of a series, the number of the part that has its answers; null where none has."""
        return self._numbers.take(compute.index_in(keys_of(rows), value_set=self._keys))
