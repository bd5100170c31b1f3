"""How far a run is, on stderr: all the time on a terminal, else a line a minute."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from metaprov_core.cli.failures import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metaprov_table.running.summary import Progress

__all__ = ["in_words", "shown_progress"]

#: Seconds between two lines where nobody looks.
_A_MINUTE: Final = 60


@contextmanager
def shown_progress(count: Callable[[], int]) -> Iterator[Callable[[Progress], None]]:
    """Show the progress that is told meanwhile; ``count`` says how many files there are in all.

    Files are found as they are asked about: to know how long that takes, they are counted aside.
    """
    shown = _Shown()
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        Thread(target=shown.count, args=(count,), daemon=True).start()
        console = Console(stderr=True)
        with Live(
            console=console,
            get_renderable=lambda: Text(shown.text),
            transient=True,
            redirect_stdout=False,
            refresh_per_second=4,
        ):
            yield shown.watch
        return
    stop = Event()
    thread = Thread(target=_tell_each_minute, args=(shown, stop), daemon=True)
    thread.start()
    try:
        yield shown.watch
    finally:
        stop.set()
        thread.join()


class _Shown:
    """The last progress that was told."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._began = monotonic()
        self._total: int | None = None

    def watch(self, progress: Progress) -> None:
        if self._progress is None:
            self._began = monotonic()
        self._progress = progress

    def count(self, count: Callable[[], int]) -> None:
        # Why a source cannot be read the run tells.
        with suppress(Exception):
            self._total = count()

    @property
    def text(self) -> str:
        if self._progress is None:
            return "looking for files"
        return in_words(self._progress, monotonic() - self._began, self._total)


def _tell_each_minute(shown: _Shown, stop: Event) -> None:
    while not stop.wait(_A_MINUTE):
        tell(shown.text)


def in_words(progress: Progress, seconds: float, total: int | None) -> str:
    """How far a run is after some seconds: files, files/s, time left, failures.

    ``total`` is how many files there are, if that is known.
    """
    rate = progress.done / seconds if seconds else 0
    if progress.is_all or total is None:
        found = progress.found
    else:
        found = max(progress.found, total - progress.known)
    is_whole = progress.is_all or total is not None
    words = [
        f"{progress.done:,} of {found:,}{'' if is_whole else ' or more'} files",
        f"{rate:,.0f} files/s",
    ]
    if rate and is_whole:
        words.append(f"{_clock((found - progress.done) / rate)} left")
    if progress.failed:
        words.append(f"{progress.failed:,} failures")
    if progress.is_ending:
        words.append("waiting for what is running; Ctrl-C again ends it")
    return ", ".join(words)


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
