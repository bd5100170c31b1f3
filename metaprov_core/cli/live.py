"""Output as it comes: it reaches its reader soon, and a terminal shows how far the command is."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from threading import Event, RLock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Self

from .exit_status import ExitStatus
from .failures import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.live import Live

__all__ = ["LiveOutput"]

#: Seconds that what is printed may wait for more: 24,000 ids must not be 24,000 writes.
_SOON: Final = 0.1
#: Seconds without a line before a terminal shows that there is more to come.
_QUIET: Final = 0.5


class LiveOutput:
    """What is printed within it reaches the reader of stdout within a tenth of a second.

    If stderr is a terminal, it shows ``status()`` as long as nothing comes. What is printed from
    within `printing` is never mixed with that. Raises what stdout raised, BrokenPipeError if its
    reader is gone, at the next line.
    """

    def __init__(self, status: Callable[[], str]) -> None:
        self._status = status
        self._lock = RLock()
        self._stop = Event()
        self._thread = Thread(target=self._tick, name="metaprov-output", daemon=True)
        self._error: OSError | None = None
        self._waiting = self._printed = False
        self._last = monotonic()
        self._shown: Live | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stop.set()
        self._thread.join(1 if kind is KeyboardInterrupt else None)
        if self._thread.is_alive():
            # Whoever reads does not, and Python would wait for the thread that writes.
            tell("interrupted")
            os._exit(ExitStatus.INTERRUPTED)
        self._hide()
        if kind is None:
            self._raise()
            sys.stdout.flush()

    def print(self, line: str) -> None:
        """Print a line."""
        with self._lock:
            self._before()
            sys.stdout.write(f"{line}\n")
            self._after()

    @contextmanager
    def printing(self) -> Iterator[None]:
        """Let several lines, or JSON, be printed together."""
        with self._lock:
            self._before()
            yield
            self._after()

    def _before(self) -> None:
        self._raise()
        if self._shown is not None and sys.stdout.isatty():
            self._hide()

    def _after(self) -> None:
        self._waiting = True
        if not self._printed:
            # Whoever waits for the first line gets it at once.
            self._printed = True
            self._flush()

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _flush(self) -> None:
        sys.stdout.flush()
        self._waiting = False
        self._last = monotonic()

    def _tick(self) -> None:
        is_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        hides_it = sys.stdout.isatty()
        while not self._stop.wait(_SOON):
            with self._lock:
                if self._waiting:
                    try:
                        self._flush()
                    except OSError as error:
                        self._error = error
                        return
                is_quiet = monotonic() - self._last > _QUIET
                if is_terminal and self._shown is None and (is_quiet or not hides_it):
                    self._show()

    def _show(self) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner

        # What the terminal cannot show would be escaped, and move.
        can_show_dots = (sys.stderr.encoding or "").lower().startswith("utf")
        spinner = Spinner("dots" if can_show_dots else "line")

        def renderable() -> Any:
            spinner.update(text=self._status())
            return spinner

        self._shown = Live(
            console=Console(stderr=True),
            get_renderable=renderable,
            transient=True,
            redirect_stdout=False,
            refresh_per_second=8,
        )
        self._shown.start()

    def _hide(self) -> None:
        if self._shown is not None:
            self._shown.stop()
            self._shown = None
