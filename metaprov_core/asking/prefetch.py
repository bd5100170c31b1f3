"""Telling sources what will be asked for, with progress that can cancel."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING

from metaprov_core.cache.locks import locked

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Fetching"]


class _Cancelled(BaseException):
    """Whoever asked for images has given up; no `except Exception` of a plugin keeps it."""


class Fetching:
    """How many images are fetched, and whether anybody still wants them."""

    def __init__(self, total: int, progress: Callable[[int, int], object] | None) -> None:
        self._total = total
        self._progress = progress
        self._done = 0
        self._lock = RLock()
        # What ``progress`` raised.
        self._refusal: BaseException | None = None

    def done(self, count: int) -> None:
        """Count images, in any thread. Once progress has raised, it raises in every thread."""
        self._count(count)
        if self._refusal is not None:
            raise _Cancelled from self._refusal

    def finish(self) -> None:
        """Tell that all is done, images that no source counted among them."""
        self._count(self._total)

    def raise_refusal(self) -> None:
        """Raise what progress raised, whatever became of it on its way."""
        if self._refusal is not None:
            raise self._refusal from None

    @locked
    def _count(self, more: int) -> None:
        done = min(self._done + more, self._total)
        if done != self._done and self._refusal is None:
            self._done = done
            if self._progress is not None:
                try:
                    self._progress(done, self._total)
                except BaseException as error:
                    self._refusal = error
