"""The work on a Dask cluster, on this machine or on many."""

from __future__ import annotations

import logging
import os
import warnings
from contextlib import ExitStack
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Self

from metaprov_table.errors import TableError
from metaprov_table.running.kept.whole_files import GOES_ON

from .machines import refuse_unfit_machines
from .pool import interrupts_held_back
from .worker import work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_table.running.kept.parts import Parts

    from .backlog import Backlog, Waiting
    from .worker import Done

__all__ = ["PATIENCE", "OnDask"]

#: Seconds that a cluster may be without a worker, once it had one: time to start others.
PATIENCE: Final = 300.0

#: So many tasks are given to each thread of a worker before one of them is done.
_AHEAD: Final = 4
#: Seconds that a scheduler has to answer; after as many it is told that there is no worker yet.
_ANSWERING: Final = 30
#: Seconds between two looks at which workers there are.
_MOMENT: Final = 1


class OnDask:
    """The workers of a scheduler; without an address, those of a cluster on this machine."""

    def __init__(
        self,
        assignment: bytes,
        scheduler: str | None,
        workers: int,
        parts: Parts,
        sources: Sequence[str | os.PathLike[str]],
        *,
        patience: float,
    ) -> None:
        self._assignment = assignment
        self._scheduler = scheduler
        self._workers = workers
        self._parts = parts
        self._sources = [os.fspath(source) for source in sources]
        self._patience = patience
        #: Since when, by the clock of `monotonic`, no worker is left.
        self._alone_since: float | None = None
        self._open = ExitStack()
        self._running: dict[Any, Waiting] = {}

    def __enter__(self) -> Self:
        with self._open:
            self._client = self._connected()
            self._wait_for_first_worker()
            refuse_unfit_machines(self._client, self._assignment, self._parts, self._sources)
            self._open = self._open.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def results(self, backlog: Backlog) -> Iterator[Done]:
        """Do the tasks."""
        while True:
            self._begin_some(backlog)
            if not self._running:
                return
            self._wait()
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
                client = self._open.enter_context(distributed.Client(cluster, timeout=_ANSWERING))
            except (OSError, ValueError) as error:
                raise TableError(f"no Dask scheduler at {self._scheduler}: {error}") from error
        return client

    def _wait_for_first_worker(self) -> None:
        """Wait for as long as it takes: a queue may have it. A cluster that adapts needs a task."""
        wait: Any = import_module("distributed").wait
        first = self._client.submit(int, pure=False)
        try:
            wait(first, timeout=_ANSWERING)
        except TimeoutError:
            warnings.warn(
                f"{self._name} has no worker yet: waiting for one, and Ctrl-C ends that",
                stacklevel=2,
            )
            wait(first)

    def _wait(self) -> None:
        """Wait until a task is done, or for a moment."""
        wait: Any = import_module("distributed").wait
        try:
            wait(list(self._running), timeout=_MOMENT, return_when="FIRST_COMPLETED")
        except TimeoutError:
            self._refuse_silence()

    def _refuse_silence(self) -> None:
        """Raise `TableError` where there has been no worker for too long."""
        if self._client.nthreads():
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = monotonic()
        elif monotonic() - self._alone_since >= self._patience:
            raise TableError(
                f"{self._name} has lost all of its workers, and has had none for "
                f"{self._patience:g} s{GOES_ON} once there are others"
            )

    @property
    def _name(self) -> str:
        return f"the Dask cluster {f'at {self._scheduler}' if self._scheduler else 'here'}"

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
            done: Done = future.result(timeout=_MOMENT)
        except KilledWorker:
            return backlog.died(waiting)
        except TimeoutError:
            # Its worker died with the result, and it is done again.
            self._running[future] = waiting
            self._refuse_silence()
            return None
        self._alone_since = None
        return done
