"""The work on a Dask cluster, on this machine or on many."""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Self

from metaprov_table.errors import TableError

from .machines import refuse_unfit_machines
from .pool import interrupts_held_back
from .worker import work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_table.running.kept.parts import Parts

    from .backlog import Backlog, Waiting
    from .worker import Done

__all__ = ["OnDask"]

#: So many tasks are given to each thread of a worker before one of them is done.
_AHEAD: Final = 4
#: Seconds that a scheduler has to answer, and its first worker to be there.
_PATIENCE: Final = 30


class OnDask:
    """The workers of a scheduler; without an address, those of a cluster on this machine."""

    def __init__(
        self,
        assignment: bytes,
        scheduler: str | None,
        workers: int,
        parts: Parts,
        sources: Sequence[str | os.PathLike[str]],
    ) -> None:
        self._assignment = assignment
        self._scheduler = scheduler
        self._workers = workers
        self._parts = parts
        self._sources = [os.fspath(source) for source in sources]
        self._open = ExitStack()
        self._running: dict[Any, Waiting] = {}

    def __enter__(self) -> Self:
        with self._open:
            self._client = self._connected()
            refuse_unfit_machines(self._client, self._assignment, self._parts, self._sources)
            self._open = self._open.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def results(self, backlog: Backlog) -> Iterator[Done]:
        """Do the tasks."""
        wait: Any = import_module("distributed").wait
        while True:
            self._begin_some(backlog)
            if not self._running:
                return
            wait(list(self._running), return_when="FIRST_COMPLETED")
            for future in [future for future in self._running if future.done()]:
                done = self._result(future, backlog)
                if done is not None:
                    yield done

    def _connected(self) -> Any:
        # Without types.
        try:
            distributed: Any = import_module("distributed")
        except ModuleNotFoundError as error:
            raise TableError(
                "Dask is not installed: python -m pip install 'metaprov-table[dask]'"
            ) from error
        with interrupts_held_back():
            cluster: Any = self._scheduler
            if cluster is None:
                cluster = self._open.enter_context(
                    distributed.LocalCluster(
                        n_workers=self._workers or None,
                        threads_per_worker=1,
                        # None takes port 8787, or warns.
                        dashboard_address="127.0.0.1:0",
                        silence_logs=logging.ERROR,
                    )
                )
            try:
                client = self._open.enter_context(distributed.Client(cluster, timeout=_PATIENCE))
                client.wait_for_workers(1, timeout=_PATIENCE)
            except (OSError, ValueError) as error:
                raise TableError(f"no Dask worker at {self._scheduler}: {error}") from error
        return client

    def _begin_some(self, backlog: Backlog) -> None:
        """Have as many tasks begun as are good; what is suspect has the cluster for itself.

        Dask takes every task on a worker that died for the one that ended it.
        """
        most = _AHEAD * max(1, sum(self._client.nthreads().values()))
        while len(self._running) < most:
            if any(waiting.deaths for waiting in self._running.values()):
                return
            if backlog.has_suspects and self._running:
                return
            waiting = backlog.next()
            if waiting is None:
                return
            future = self._client.submit(work, self._assignment, waiting.task, pure=False)
            self._running[future] = waiting

    def _result(self, future: Any, backlog: Backlog) -> Done | None:
        from distributed import KilledWorker

        waiting = self._running.pop(future)
        try:
            done: Done = future.result()
        except KilledWorker:
            return backlog.died(waiting)
        return done
