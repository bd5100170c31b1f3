"""The threads that a plugin starts, whoever refers to them."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["threads_started_by"]


@contextmanager
def threads_started_by(package: str) -> Iterator[list[Thread]]:
    """The threads that functions of a package start meanwhile.

    Not those that libraries start for them, which may well be for the whole process, nor those of
    servers and other tests.
    """
    started: list[Thread] = []
    start = Thread.start

    def noted(thread: Thread) -> None:
        caller = sys._getframe(1).f_globals.get("__name__", "")  # noqa: SLF001 - as warnings does
        if caller.partition(".")[0] == package:
            started.append(thread)
        start(thread)

    with patch.object(Thread, "start", noted):
        yield started
