"""The one count of changes that every cache reads to tell whether what it loaded still holds."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["changing", "is_unchanged_since", "stamp"]


class _Count:
    """How many changes have begun, and how many of them have not ended.

    Writers hold the lock. Readers need not: a change that is counted in ``begun`` was counted in
    ``under_way`` before.
    """

    __slots__ = ("begun", "lock", "under_way")

    def __init__(self) -> None:
        self.begun = 0
        self.under_way = 0
        self.lock = Lock()


_changes: Final = _Count()


@contextmanager
def changing() -> Iterator[None]:
    """While this lasts, providers are being told that answers differ, in any order."""
    with _changes.lock:
        _changes.under_way += 1
        _changes.begun += 1
    try:
        yield
    finally:
        with _changes.lock:
            _changes.under_way -= 1


def stamp() -> int | None:
    """The state before a load; None during a change, when what is loaded may be half old."""
    begun = _changes.begun
    return None if _changes.under_way else begun


def is_unchanged_since(stamp: int | None) -> bool:
    """Whether no change has begun since `stamp` was taken."""
    return stamp is not None and stamp == _changes.begun
