"""Changes of answers: by them a cache knows whether a load may be kept."""

from __future__ import annotations

from functools import wraps
from threading import get_ident
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["a_change", "forget_changes", "is_unchanged_since", "stamp"]

P = ParamSpec("P")
R = TypeVar("R")


class _Changes:
    """The change that began last, and the changes that have not ended.

    No lock: a change is `under_way` before it is the `latest`, and each is an object of its own.
    """

    __slots__ = ("latest", "under_way")

    def __init__(self) -> None:
        self.latest = object()
        #: Each change, with the thread that makes it.
        self.under_way: Final[dict[object, int]] = {}


_changes: Final = _Changes()


def a_change(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function a change: while it runs, answers may be half old and half new."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        change, thread = object(), get_ident()
        try:
            _changes.under_way[change] = thread
            _changes.latest = change
            return function(*args, **kwargs)
        finally:
            # One C call, which no interrupt can come before.
            _changes.under_way.pop(change, None)

    return run


def stamp() -> object | None:
    """The state before a load; None during a change, when what is loaded may be half old."""
    latest = _changes.latest
    return None if _changes.under_way else latest


def is_unchanged_since(stamp: object | None) -> bool:
    """Whether no change has begun since `stamp` was taken."""
    return stamp is not None and stamp is _changes.latest


def forget_changes() -> bool:
    """Forget, in a forked child, changes of the parent's other threads; whether there were any."""
    own = get_ident()
    lost = [change for change, thread in _changes.under_way.items() if thread != own]
    for change in lost:
        del _changes.under_way[change]
    if lost:
        _changes.latest = object()
    return bool(lost)
