"""The work in this process: what was added to its host counts, and nothing needs to start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .backlog import Backlog
    from .worker import Done, Worker

__all__ = ["Here"]


class Here:
    """One task after the other."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def results(self, backlog: Backlog) -> Iterator[Done]:
        """Do the tasks."""
        while (waiting := backlog.next()) is not None:
            yield self._worker.do(waiting.task)
