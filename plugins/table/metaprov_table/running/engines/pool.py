"""The work in processes beside this one, which end when it does."""

from __future__ import annotations

import os
import signal
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context, resource_tracker
from threading import Thread
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from metaprov_table.errors import TableError

from .worker import work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from .backlog import Backlog, Waiting
    from .worker import Done

__all__ = ["Pool", "interrupts_held_back"]

#: Never a fork: threads of this process may hold locks, which nobody would let go in the other.
_CONTEXT: Final = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
#: So many processes one after the other may end before they began.
_STILLBORN: Final = 3


class _Process(NamedTuple):
    """One process: a pool of one, for of several nobody could tell which task ended it."""

    executor: ProcessPoolExecutor
    started: Future[None]

    def has_started(self) -> bool:
        return self.started.done() and self.started.exception() is None


class Pool:
    """Some processes, as many as there are tasks for, each with a host for its life."""

    def __init__(self, assignment: bytes, workers: int) -> None:
        self._assignment = assignment
        self._workers = workers
        self._idle: list[_Process] = []
        self._running: dict[Future[Done], tuple[_Process, Waiting]] = {}
        self._stillborn = 0
        # Nothing is ever sent: the processes see when the other end is closed, or gone.
        self._watched, self._lifeline = _CONTEXT.Pipe(duplex=False)

    def __enter__(self) -> Self:
        if _CONTEXT.get_start_method() == "forkserver":
            _CONTEXT.set_forkserver_preload(["__main__", work.__module__])
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._lifeline.close()
        for process in (*self._idle, *(process for process, _ in self._running.values())):
            process.executor.shutdown()
        self._lifeline.close()
        self._watched.close()

    def results(self, backlog: Backlog) -> Iterator[Done]:
        """Do the tasks."""
        while True:
            while len(self._running) < self._workers and (waiting := backlog.next()) is not None:
                self._begin(waiting)
            if not self._running:
                return
            backlog.look_ahead(self._workers)
            for future in wait(self._running, return_when=FIRST_COMPLETED).done:
                done = self._result(future, backlog)
                if done is not None:
                    yield done

    def _begin(self, waiting: Waiting) -> None:
        while True:
            process = self._idle.pop() if self._idle else self._start()
            try:
                with interrupts_held_back():
                    future = process.executor.submit(work, self._assignment, waiting.task)
            except BrokenExecutor:  # it was killed while it was idle
                process.executor.shutdown()
            else:
                self._running[future] = process, waiting
                return

    def _start(self) -> _Process:
        with interrupts_held_back():
            executor = ProcessPoolExecutor(
                1, _CONTEXT, initializer=_end_with_parent, initargs=(self._watched,)
            )
            return _Process(executor, executor.submit(_started))

    def _result(self, future: Future[Done], backlog: Backlog) -> Done | None:
        process, waiting = self._running.pop(future)
        try:
            done = future.result()
        except BrokenExecutor:
            process.executor.shutdown()
            self._stillborn = 0 if process.has_started() else self._stillborn + 1
            if self._stillborn == _STILLBORN:
                raise TableError(
                    "processes that were to ask end before they can: in a script, call it below "
                    "`if __name__ == '__main__':`, or with workers=0"
                ) from None
            return backlog.died(waiting)
        except BaseException:
            self._idle.append(process)
            raise
        self._idle.append(process)
        return done


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Let Ctrl-C wait; processes that are started meanwhile are never told of it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # When Python starts it, which it does with the first process, it lets Ctrl-C come again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent(watched: Connection) -> None:
    """Of a new process: Ctrl-C is for its parent, and without that there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_wait_and_end, args=(watched,), name="metaprov-lifeline", daemon=True).start()


def _wait_and_end(watched: Connection) -> None:
    try:
        watched.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)


def _started() -> None:
    """Done as soon as a process can do anything."""
