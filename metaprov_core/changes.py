"""The changes of answers, by which every cache tells whether what it loaded still holds."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["a_change", "forget_changes", "is_unchanged_since", "stamp"]

P = ParamSpec("P")
R = TypeVar("R")


class _Changes:
    """The change that began last, and those that have not ended.

    No lock: a change is `under_way` before it is the `latest`, and each is an object of its own.
    """

    __slots__ = ("latest", "under_way")

    def __init__(self) -> None:
        self.latest = object()
        self.under_way: Final[set[object]] = set()


_changes: Final = _Changes()


def a_change(function: Callable[P, R]) -> Callable[P, R]:
    """The function, during which providers are told, in any order, that answers differ."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        change = object()
        try:
            _changes.under_way.add(change)
            _changes.latest = change
            return function(*args, **kwargs)
        finally:
            # One C call, which no interrupt can come before.
            _changes.under_way.discard(change)

    return run


def stamp() -> object | None:
    """The state before a load; None during a change, when what is loaded may be half old."""
    latest = _changes.latest
    return None if _changes.under_way else latest


def is_unchanged_since(stamp: object | None) -> bool:
    """Whether no change has begun since `stamp` was taken."""
    return stamp is not None and stamp is _changes.latest


def forget_changes() -> bool:
    """Forget, in a forked child, the changes that only the parent ends; whether there were any."""
    if not _changes.under_way:
        return False
    _changes.latest = object()
    _changes.under_way.clear()
    return True
