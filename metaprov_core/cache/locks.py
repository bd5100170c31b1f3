"""Locks that no KeyboardInterrupt leaves held.

Python raises KeyboardInterrupt between two instructions: after a call of a C function, at the
start of a Python function, at the end of a loop. Since 3.14 that is also between taking the lock of
a ``with`` statement and entering its block. So a lock is taken inside of ``try``, and released by a
single C call in ``finally``.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Protocol, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import RLock

    class HasLock(Protocol):
        _lock: RLock


__all__ = ["locked"]

S = TypeVar("S", bound="HasLock")
A = TypeVarTuple("A")
R = TypeVar("R")


def locked(method: Callable[[S, *A], R]) -> Callable[[S, *A], R]:
    """The method, run with ``self._lock`` held, which is an RLock: that knows its owner.

    It is called by position: a call by name would take a third longer.
    """

    @wraps(method)
    def run(self: S, /, *args: *A) -> R:
        lock = self._lock
        try:
            lock.acquire()
            return method(self, *args)
        finally:
            try:  # noqa: SIM105 - suppress() can be interrupted before the lock is released
                lock.release()
            except RuntimeError:
                # The interrupt came while this thread waited for the lock.
                pass

    return run
