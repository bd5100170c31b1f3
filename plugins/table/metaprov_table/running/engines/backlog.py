"""The tasks that wait to be done, and those whose worker has died."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from .worker import Done

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metaprov_table.columns import Columns
    from metaprov_table.running.kept.parts import Parts
    from metaprov_table.running.tasks import Task

__all__ = ["Backlog", "Waiting"]

#: So many workers a task may end before it is halved.
_DEATHS: Final = 2


class Waiting(NamedTuple):
    """A task that waits."""

    task: Task
    #: How many workers it has ended.
    deaths: int = 0


class Backlog:
    """The tasks of a pass; those that ended a worker come again, in halves at last.

    So a file that ends every process that reads it is found, and becomes a row of the errors.
    """

    def __init__(
        self,
        tasks: Iterator[Task],
        columns: Columns,
        parts: Parts,
        numbers: Iterator[int],
        is_ending: Callable[[], bool],
    ) -> None:
        self._tasks = tasks
        self._columns = columns
        self._parts = parts
        self._numbers = numbers
        self._is_ending = is_ending
        self._ahead: deque[Waiting] = deque()
        self._suspects: deque[Waiting] = deque()

    @property
    def has_suspects(self) -> bool:
        """Whether the next task has ended a worker before."""
        return bool(self._suspects)

    def next(self) -> Waiting | None:
        """The next task; None where there is none, or none is to be begun."""
        if self._is_ending():
            return None
        if self._suspects:
            return self._suspects.popleft()
        if not self._ahead:
            self.look_ahead(1)
        return self._ahead.popleft() if self._ahead else None

    def look_ahead(self, count: int) -> None:
        """Have so many tasks at hand."""
        if not self._is_ending():
            self._ahead.extend(map(Waiting, islice(self._tasks, count - len(self._ahead))))

    def died(self, waiting: Waiting) -> Done | None:
        """A worker died of a task; what is done of it, if that is all that can be."""
        if self._parts.has(waiting.task.last, waiting.task.number):
            return Done(waiting.task.size, failed=0)  # it died before it could tell
        deaths = waiting.deaths + 1
        if deaths < _DEATHS:
            self._suspects.append(Waiting(waiting.task.again, deaths))
            return None
        halves = waiting.task.halves(next(self._numbers), next(self._numbers))
        if halves is None:
            crashed = waiting.task.crashed(self._columns)
            self._parts.write(waiting.task.number, crashed)
            return Done.of(waiting.task, crashed)
        # Of one of them at least it died: once more is enough, but a file has two chances.
        self._suspects.extend(Waiting(half, deaths=int(half.size > 1)) for half in halves)
        return None
