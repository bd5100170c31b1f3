"""Tests of what several threads are answered at once."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import TYPE_CHECKING, Any, Final

import pytest

from .examples import Examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from metaprov_core import Host

    from .examples import Question

__all__ = ["ThreadTests"]

_THREADS: Final = 8
_ROUNDS: Final = 5
#: Seconds; a test must survive threads that wait for each other.
_AT_MOST: Final = 60.0


class ThreadTests(Examples):
    """The answers to simultaneous questions are those to single ones."""

    @pytest.fixture
    def at_once(self) -> Iterator[Callable[[Callable[[int], None]], None]]:
        """Call a function in several threads at once, with the number of the thread.

        Raises what any of them raises.
        """
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)
        barrier = Barrier(_THREADS)

        with ThreadPoolExecutor(_THREADS) as pool:

            def at_once(function: Callable[[int], None]) -> None:
                def run(thread: int) -> None:
                    barrier.wait(_AT_MOST)
                    function(thread)

                for future in [pool.submit(run, thread) for thread in range(_THREADS)]:
                    future.result(_AT_MOST)

            yield at_once
        sys.setswitchinterval(interval)

    def test_simultaneous_misses_are_answered_as_single_ones(
        self,
        host: Host,
        check: Callable[[int], None],
        at_once: Callable[[Callable[[int], None]], None],
    ) -> None:
        for _ in range(_ROUNDS):
            host.changed()
            at_once(check)

    def test_answers_stay_right_while_sources_change(
        self,
        host: Host,
        expected: Mapping[Question, Any],
        check: Callable[[int], None],
        at_once: Callable[[Callable[[int], None]], None],
    ) -> None:
        changed = Event()
        image_ids = [image_id for _, image_id in expected]

        def ask_or_change(thread: int) -> None:
            if thread == 0:
                change()
                return
            while not changed.is_set():
                check(thread)
            check(thread)

        def change() -> None:
            try:
                for image_id in [*image_ids, None] * _ROUNDS:
                    host.changed(None, image_id)
            finally:
                changed.set()

        at_once(ask_or_change)
