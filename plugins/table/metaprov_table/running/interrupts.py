"""Ctrl-C: the first lets what is running finish, the second does not wait."""

from __future__ import annotations

import signal
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Interrupts"]


class Interrupts:
    """Within it the first Ctrl-C is taken down, and told; any other raises KeyboardInterrupt.

    In another thread than the main one it does nothing: that is where Python raises.
    """

    def __init__(self, told: Callable[[], object]) -> None:
        self._told = told
        self._before: Any = None
        #: Whether there was one.
        self.came = False

    def __enter__(self) -> Self:
        if current_thread() is main_thread():
            self._before = signal.getsignal(signal.SIGINT)
            if self._before is signal.default_int_handler:
                signal.signal(signal.SIGINT, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._before)

    def raise_if_it_came(self) -> None:
        """Raise KeyboardInterrupt if there was one."""
        if self.came:
            raise KeyboardInterrupt

    def _take(self, *_: object) -> None:
        self.raise_if_it_came()
        self.came = True
        self._told()
