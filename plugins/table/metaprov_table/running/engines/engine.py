"""What all have in common that do tasks: this process, others, and those of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .backlog import Backlog
    from .worker import Done

__all__ = ["Engine"]


class Engine(Protocol):
    """Does tasks, for as long as it is open."""

    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None: ...

    def results(self, backlog: Backlog) -> Iterator[Done]:
        """Do the tasks, in any order; each is told of as soon as its parts are there."""
