"""One run: from files to parts, and from the parts to the finished table."""

from __future__ import annotations

import os
import pickle
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from metaprov_table.columns import columns_of
from metaprov_table.errors import TableError
from metaprov_table.files import found_files, path_as_text

from .engines.here import Here
from .engines.pool import Pool
from .engines.worker import Assignment, Worker
from .kept.formats import Outputs
from .kept.lock import locked
from .kept.ours import refuse_sources_in, refuse_what_is_not_ours
from .kept.parts import IMAGES, Begun, Parts
from .kept.plan import Plan
from .run import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from os import PathLike
    from pathlib import Path

    from metaprov_core import Host
    from metaprov_table.columns import Columns
    from metaprov_table.files import File

    from .engines.engine import Engine
    from .summary import Progress, Summary

__all__ = ["Job"]


class Job(NamedTuple):
    """What `write` was asked for."""

    sources: Sequence[str | PathLike[str]]
    output: Path
    types: Sequence[str]
    nested: bool
    bulk: bool
    volumes: bool
    #: Paths, sorted.
    files: Sequence[str] | None
    exclude: Sequence[str]
    update: bool
    fresh: bool
    workers: int
    batch: int
    engine: str | None
    scheduler: str | None
    #: Seconds that a cluster may be without a worker, once it had one.
    patience: float
    host: Host

    def run(self, watch: Callable[[Progress], object]) -> Summary:
        """Do it; ``watch`` is told how far it is whenever that changes."""
        outputs = Outputs.of(self.output, with_volumes=self.volumes)
        if self.update and not outputs.is_parquet:
            raise TableError(
                f"cannot update {self.output}: only Parquet says as of when its files are"
            )
        columns = columns_of(
            self.host, self.types, nested=self.nested, bulk=self.bulk, volumes=self.volumes
        )
        plan = Plan.of(self.host, columns, self.sources, self.files, self.exclude, bulk=self.bulk)
        found = self._found()
        parts = Parts.beside(self.output)
        refuse_sources_in(parts, [*self.sources, *(self.files or ())])
        refuse_what_is_not_ours(outputs, parts)
        if not self.fresh and parts.begun() is None and self.output.exists():
            made = outputs.made()
            self._refuse_another(plan, made.plan, self.output)
            outputs.check_whole()
            if not self.update:
                return outputs.summary(made.counts, up_to_date=True)
        outputs.refuse_unwritable()
        with locked(parts.folder):
            try:
                begun = self._begin(parts, plan, outputs)
                run = Run(columns, outputs, parts, begun, watch)
                return run.of_files(found, self.batch, self._engine(columns, parts, plan))
            finally:
                if not parts.numbers(IMAGES):
                    parts.remove()

    def count_files(self) -> int:
        """How many files there are: those of images that are no files it has to ask for."""
        return sum(1 for _ in self._found())

    def _engine(self, columns: Columns, parts: Parts, plan: Plan) -> Engine:
        """Who does the work."""
        if self.engine is None and not self.workers:
            return Here(Worker(self.host, columns, parts))
        assignment = self._assignment(parts)
        if self.engine is None:
            return Pool(assignment, self.workers)
        from .engines.on_dask import OnDask

        # One that is here, and a file or a folder.
        paths = filter(os.path.exists, [*plan.sources, *map(os.path.abspath, self.files or ())])
        first = [*islice(paths, 1)]
        return OnDask(
            assignment, self.scheduler, self.workers, parts, first, patience=self.patience
        )

    def _assignment(self, parts: Parts) -> bytes:
        assignment = Assignment(self.host, self.types, self.nested, self.bulk, self.volumes, parts)
        try:
            return pickle.dumps(assignment)
        except ValueError as error:
            raise ValueError(f"workers cannot answer as this host does: {error}") from error

    def _found(self) -> Iterator[File]:
        found = found_files(self.sources, self.exclude, listed=self.files, host=self.host)
        return self._without_own(found)

    def _without_own(self, files: Iterable[File]) -> Iterator[File]:
        """The files but for those of the output, which may be in a folder that is a source."""
        outputs = map(str, Outputs(self.output, self.volumes).files)
        own = frozenset(
            path_as_text(name) for path in outputs for name in (path, os.path.realpath(path))
        )
        parts = f"{path_as_text(str(Parts.beside(self.output).folder))}{os.sep}"
        for file in files:
            if file.path not in own and not file.path.startswith(parts):
                yield file

    def _begin(self, parts: Parts, plan: Plan, outputs: Outputs) -> Begun:
        if self.fresh:
            parts.clear()
        begun = parts.begun()
        if begun is None:
            is_update = self.update and not self.fresh and outputs.table.exists()
            begun = Begun(plan, is_update)
            parts.begin(begun)
        self._refuse_another(plan, begun.plan, parts.folder)
        parts.remove_unfinished()
        return begun

    def _refuse_another(self, plan: Plan, other: Plan, path: Path) -> None:
        if plan != other:
            raise TableError(
                f"{path} is of another plan, with other {plan.differences(other)}: --fresh begins "
                "anew, or choose another output"
            )
