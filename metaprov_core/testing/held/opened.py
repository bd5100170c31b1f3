"""What a plugin has open: files, connections, threads, processes."""

from __future__ import annotations

import io
import sys
from concurrent.futures import Executor
from contextlib import suppress
from subprocess import Popen
from threading import Thread, current_thread, main_thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from .reach import leads_through, modules_of, package_of, reached

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["left_open"]

#: Seconds in which threads end that were told to.
_SOON: Final = 2.0


def left_open(
    plugin: object, elsewhere: Collection[str], started: Iterable[Thread] = ()
) -> list[str]:
    """What is open of that which a plugin, or its package, reaches, by the path to it.

    Not what is in its answers, nor the streams of the process. What others own, by the names of
    attributes, is left alone: a pool is given no work. Of the threads that it started, those that
    run are named where it does not reach them.
    """
    package, until = package_of(plugin), monotonic() + _SOON
    found = list(reached([("", plugin), *modules_of(plugin)], package))
    still = [
        f"{path} ({type(value).__name__})"
        for path, value, cached, _ in found
        if not (cached or leads_through(path, elsewhere))
        and (isinstance(value, Thread) or package_of(value) != package)
        and _is_open(value, until)
    ]
    known = {id(each.value) for each in found}
    return still + [
        f"a thread, {each.name}"
        for each in started
        if id(each) not in known and each.name not in elsewhere and _is_open(each, until)
    ]


def _is_open(value: Any, until: float) -> bool:
    if isinstance(value, type | io.BytesIO | io.StringIO) or _is_of_the_process(value):
        return False
    if isinstance(value, Thread):
        if value in {main_thread(), current_thread()} or not value.is_alive():
            return False
        value.join(max(0.0, until - monotonic()))
        return value.is_alive()
    if isinstance(value, Popen):
        return value.poll() is None
    if isinstance(value, Executor):
        return _takes_work(value)
    if _is_of("sqlite3", "Connection", value):
        return _is_connected(value)
    if _is_of("socket", "socket", value):
        return bool(value.fileno() != -1)
    return _says_so(value)


def _is_of_the_process(value: object) -> bool:
    own = (sys.stdin, sys.stdout, sys.stderr, sys.__stdin__, sys.__stdout__, sys.__stderr__)
    return any(value is stream for stream in own)


def _takes_work(executor: Executor) -> bool:
    try:
        executor.submit(int)
    except RuntimeError:
        return False
    return True


def _is_of(module: str, name: str, value: object) -> bool:
    """Whether a value is of a class whose module may not have been imported."""
    owner = getattr(sys.modules.get(module), name, None)
    return isinstance(owner, type) and isinstance(value, owner)


def _is_connected(connection: Any) -> bool:
    try:
        connection.total_changes  # noqa: B018 - it raises once it is closed
    except Exception:
        return False
    return True


def _says_so(value: Any) -> bool:
    """Whether it can be closed, and says that it is not: files, sessions, clients."""
    with suppress(Exception):
        if not callable(getattr(value, "close", None) or getattr(value, "aclose", None)):
            return False
        for name in ("closed", "is_closed"):
            closed = getattr(value, name, None)
            closed = closed() if callable(closed) else closed
            if isinstance(closed, bool):
                return not closed
    return False
