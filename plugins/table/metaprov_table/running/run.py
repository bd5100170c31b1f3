"""A run: files and their series become parts, and all parts the finished table."""

from __future__ import annotations

import warnings
from itertools import chain
from typing import TYPE_CHECKING

import pyarrow as pa

from metaprov_table.rows import FILE_COLUMNS
from metaprov_table.rows.together import by_folder, whole_together

from .answered_series import AnsweredSeries, SeriesToAsk, digests_in
from .engines.backlog import Backlog
from .finish import Finish
from .interrupts import Interrupts
from .kept.runs import FinishedTable, Runs
from .summary import Progress
from .tasks import FilesTask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from metaprov_table.columns import Columns
    from metaprov_table.files import File

    from .engines.engine import Engine
    from .kept.formats import Outputs
    from .kept.parts import Begun, Parts
    from .summary import Summary
    from .tasks import Task

__all__ = ["Run"]


class Run:
    """One run of a job, in whose parts nobody else writes."""

    def __init__(
        self,
        columns: Columns,
        outputs: Outputs,
        parts: Parts,
        begun: Begun,
        watch: Callable[[Progress], object],
    ) -> None:
        self._columns = columns
        self._outputs = outputs
        self._parts = parts
        self._begun = begun
        self._watch = watch
        self._progress = Progress()
        self._warned: set[str] = set()
        self._interrupts = Interrupts(self._end)
        self._numbers = parts.new_numbers()
        self._updated = FinishedTable(outputs.table, outputs.errors) if begun.is_update else None
        self._runs = Runs(parts, self._updated)

    def of_files(self, found: Iterable[File], batch: int, engine: Engine) -> Summary:
        """Ask about those of some files that are not finished, and about their series."""
        with self._interrupts:
            with engine:
                self._do(engine, self._files_tasks(found, batch))
                self._runs.known.lose_the_rest()
                if self._runs.are_as_updated():
                    self._parts.remove()
                    counts = self._outputs.made().counts
                    return self._outputs.summary(counts, up_to_date=True)
                rows = self._rows()
                series = SeriesToAsk(self._parts, rows, self._digests_before(rows))
                self._progress.go_on_to_series(series.files)
                self._do(engine, series.tasks(self._numbers, batch))
            finish = Finish(
                AnsweredSeries(self._columns, self._parts, series.digests),
                self._outputs,
                self._runs,
                is_update=self._begun.is_update,
            )
            counts = finish.write(self._begun.plan, rows, self._interrupts.raise_if_it_came)
        self._parts.remove()
        return self._outputs.summary(counts, up_to_date=False)

    def _do(self, engine: Engine, tasks: Iterator[Task]) -> None:
        backlog = Backlog(
            tasks, self._columns, self._parts, self._numbers, lambda: self._interrupts.came
        )
        self._watch(self._progress)
        for done in engine.results(backlog):
            self._progress.done += done.files
            self._progress.failed += done.failed
            self._warn(done.warned)
            self._watch(self._progress)
        self._interrupts.raise_if_it_came()

    def _warn(self, texts: Iterable[str]) -> None:
        """Tell what workers were warned of: each has told it once, and here they are one."""
        for text in texts:
            if text not in self._warned:
                self._warned.add(text)
                warnings.warn(text, stacklevel=2)

    def _files_tasks(self, found: Iterable[File], batch: int) -> Iterator[FilesTask]:
        """Tasks of those files that are not finished; a folder is whole unless it has more."""
        folders = by_folder(self._unfinished(found), batch)
        for some in whole_together(folders, len, batch):
            yield FilesTask(next(self._numbers), tuple(chain.from_iterable(some)))

    def _unfinished(self, found: Iterable[File]) -> Iterator[File]:
        for file in found:
            if self._interrupts.came:
                return
            if self._runs.known.has(file):
                self._progress.known += 1
            else:
                self._progress.found += 1
                yield file
        self._progress.is_all = True

    def _rows(self) -> pa.Table:
        schema = pa.schema([self._columns.schema.field(name) for name in FILE_COLUMNS])
        return pa.concat_tables([schema.empty_table(), *self._runs.images(FILE_COLUMNS)])

    def _digests_before(self, rows: pa.Table) -> dict[str, str]:
        """Those of the series that need not be asked."""
        if not self._columns.need_series:
            return digests_in(rows)
        if self._updated is None:
            return {}
        return digests_in(pa.concat_tables(self._updated.images(FILE_COLUMNS)))

    def _end(self) -> None:
        self._progress.is_ending = True
        self._watch(self._progress)
