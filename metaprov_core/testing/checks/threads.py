"""Tests of what several threads are answered at once."""

from __future__ import annotations

import sys
import traceback
from threading import Barrier, Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import pytest

from metaprov_core.testing.contract import breaks
from metaprov_core.testing.examples import Examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from metaprov_core import Host
    from metaprov_core.testing.examples import Question

__all__ = ["ThreadTests"]

_THREADS: Final = 8
_ROUNDS: Final = 5


class _Asking(Thread):
    """A thread that keeps what it raised. A daemon: tests survive threads that never end."""

    def __init__(self, function: Callable[[int], None], number: int) -> None:
        super().__init__(daemon=True, name=f"conformance-{number}")
        self._function = function
        self._number = number
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._function(self._number)
        except BaseException as error:
            self.error = error


class ThreadTests(Examples):
    """The answers to simultaneous questions are those to single ones."""

    @pytest.fixture
    def at_once(self) -> Iterator[Callable[[Callable[[int], None]], None]]:
        """Call a function in several threads at once, with the number of the thread.

        Raises what any of them raises.
        """
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)

        def at_once(function: Callable[[int], None]) -> None:
            barrier = Barrier(_THREADS)

            def run(number: int) -> None:
                barrier.wait()
                function(number)

            threads = [_Asking(run, number) for number in range(_THREADS)]
            for thread in threads:
                thread.start()
            self._end(threads)
            for thread in threads:
                if thread.error is not None:
                    raise thread.error

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

    def _end(self, threads: list[_Asking]) -> None:
        """Wait until all have ended; fail where they wait for each other."""
        until = monotonic() + self.patience
        for thread in threads:
            thread.join(max(0.0, until - monotonic()))
        stuck = [thread for thread in threads if thread.is_alive()]
        if stuck:
            breaks(
                "Questions of several threads end, whatever else is asked at the same time.",
                f"keeps {len(stuck)} of {len(threads)} threads waiting, one of them here:\n"
                f"{_place_of(stuck[0])}",
                "hold no lock while you ask the host: ask first, then keep the answer, or leave "
                "both to a ProviderCache. Where it is only slow, raise `patience`",
            )


def _place_of(thread: Thread) -> str:
    frame = sys._current_frames().get(thread.ident or 0)  # noqa: SLF001 - the documented way
    return "".join(traceback.format_stack(frame)[-4:]) if frame is not None else "it has ended"
