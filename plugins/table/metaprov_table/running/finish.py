"""The end of a run: its parts become the files of the finished table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import compute, parquet

from metaprov_table.rows import ERRORS_SCHEMA, NOT_DICOM, VOLUMES_SCHEMA

from .kept.formats import ROW_GROUP
from .kept.plan import Made
from .kept.runs import ORDER_OF_ERRORS
from .merged import in_groups, in_order
from .summary import Counts

if TYPE_CHECKING:
    from collections.abc import Callable

    from .answered_series import AnsweredSeries
    from .kept.formats import Outputs
    from .kept.plan import Plan
    from .kept.runs import Runs

__all__ = ["Finish"]


class Finish:
    """Writes the finished table, from all that is in parts and in the table that is updated."""

    def __init__(
        self, series: AnsweredSeries, outputs: Outputs, runs: Runs, *, is_update: bool
    ) -> None:
        self._series = series
        self._outputs = outputs
        self._runs = runs
        self._is_update = is_update

    def write(self, plan: Plan, rows: pa.Table, check: Callable[[], object]) -> Counts:
        """Write the files, the table of images last; ``check`` may raise between rows.

        ``rows`` are the files and series of all images.
        """
        volumes, errors = self._volumes(), self._errors(rows)
        made = Made.now(plan, _counts(rows, volumes, errors))
        pa.default_memory_pool().release_unused()
        outputs = self._outputs
        outputs.remove_volumes()
        tables = {outputs.volumes: volumes, outputs.errors: errors}
        for path in outputs.beside:
            with outputs.writing(path, tables[path].schema, made) as writer:
                writer.write(tables[path])
        with outputs.writing(outputs.table, self._series.schema, made) as writer:
            for images in in_groups(in_order(self._runs.pieces()), ROW_GROUP):
                writer.write(self._series.filled(images))
                del images  # before the next ones are read
                check()
        return made.counts

    def _volumes(self) -> pa.Table:
        before = None
        if self._is_update and self._outputs.with_volumes:
            before = parquet.read_table(self._outputs.volumes).cast(VOLUMES_SCHEMA)
        return self._series.volumes(before)

    def _errors(self, rows: pa.Table) -> pa.Table:
        of_runs = list(self._runs.errors())
        if self._is_update:
            of_runs[0] = self._series.without_their_errors(of_runs[0], rows)
        tables = [*of_runs, self._series.errors(rows)]
        # What was met twice is there once.
        once = pa.concat_tables(tables).group_by(ERRORS_SCHEMA.names).aggregate([])
        return once.select(ERRORS_SCHEMA.names).cast(ERRORS_SCHEMA).sort_by(ORDER_OF_ERRORS)


def _counts(rows: pa.Table, volumes: pa.Table, errors: pa.Table) -> Counts:
    paths = [*rows["path"].chunks, *errors["path"].chunks]
    stages = {
        each["values"]: each["counts"] for each in compute.value_counts(errors["stage"]).to_pylist()
    }
    return Counts(
        files=compute.count_distinct(pa.chunked_array(paths, pa.string())).as_py(),
        of_images=compute.count_distinct(rows["path"]).as_py(),
        images=rows.num_rows,
        volumes=volumes.num_rows,
        not_dicom=stages.pop(NOT_DICOM, 0),
        failures=dict(sorted(stages.items())),
    )
