"""Telling sources what will be asked for, with progress that can cancel."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Cancelled", "Fetching"]


class Cancelled(BaseException):
    """Whoever asked for images has given up; no `except Exception` of a plugin keeps it."""


class Fetching:
    """How many images are fetched, and whether anybody still wants them."""

    def __init__(self, total: int, progress: Callable[[int, int], object] | None) -> None:
        self._total = total
        self._progress = progress
        self._done = 0
        self._lock = Lock()
        #: What ``progress`` raised.
        self.refusal: BaseException | None = None

    def done(self, count: int) -> None:
        """Count images, in any thread. Raises `Cancelled` from the moment that progress raises."""
        with self._lock:
            self._done = min(self._done + count, self._total)
            self._tell()

    def finish(self) -> None:
        """Tell that all is done, images that no source counted among them."""
        with self._lock:
            if self._done < self._total:
                self._done = self._total
                self._tell()

    def _tell(self) -> None:
        if self.refusal is None and self._progress is not None:
            try:
                self._progress(self._done, self._total)
            except BaseException as error:
                self.refusal = error
        if self.refusal is not None:
            raise Cancelled from self.refusal
