"""What a worker does with a task: it asks its host, and leaves the answers as parts."""

from __future__ import annotations

import pickle
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from metaprov_table.columns import columns_of
from metaprov_table.rows import NOT_DICOM
from metaprov_table.running.kept.parts import ERRORS, SERIES_ERRORS

from .warned import warnings_heard

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from metaprov_core import Host
    from metaprov_table.columns import Columns
    from metaprov_table.running.kept.parts import Parts
    from metaprov_table.running.tasks import Task

__all__ = ["Assignment", "Done", "Worker", "work", "worker_of"]


class Done(NamedTuple):
    """What a worker tells of a task: the answers themselves are in its parts."""

    #: How many files it was about.
    files: int
    failed: int
    #: The warnings that were not shown where it was done.
    warned: tuple[str, ...] = ()

    @classmethod
    def of(cls, task: Task, tables: Mapping[str, pa.Table]) -> Done:
        """What there is to tell of a task that became these parts."""
        stages = [
            stage
            for kind in (ERRORS, SERIES_ERRORS)
            if kind in tables
            for stage in tables[kind]["stage"].to_pylist()
        ]
        return cls(task.size, sum(stage != NOT_DICOM for stage in stages))


class Assignment(NamedTuple):
    """What is the same for all tasks of a run."""

    host: Host
    types: Sequence[str]
    nested: bool
    bulk: bool
    volumes: bool
    parts: Parts


class Worker:
    """One host, and the columns that its answers fill."""

    def __init__(self, host: Host, columns: Columns, parts: Parts) -> None:
        self._host = host
        self._columns = columns
        self._parts = parts

    def do(self, task: Task) -> Done:
        """Answer, and leave the parts of a task."""
        tables = task.answered(self._host, self._columns)
        self._parts.write(task.number, tables)
        return Done.of(task, tables)


def work(assignment: bytes, task: Task) -> Done:
    """Do a task in a process that works for another; ``assignment`` is a pickle of one."""
    with warnings_heard() as texts:
        done = worker_of(assignment).do(task)
    return done._replace(warned=tuple(texts))


@lru_cache(maxsize=1)
def worker_of(assignment: bytes) -> Worker:
    """The worker of a process, for as long as it works for the same run."""
    host, types, nested, bulk, volumes, parts = pickle.loads(assignment)  # noqa: S301 - of its own parent
    columns = columns_of(host, types, nested=nested, bulk=bulk, volumes=volumes)
    return Worker(host, columns, parts)
