"""What ends a command from outside: Ctrl-C, and a reader that has read enough."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from metaprov_core.errors import notes_of

from .exit_status import ExitStatus
from .failures import report, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ended_by_others"]


@contextmanager
def ended_by_others() -> Iterator[None]:
    """End the command with the status that shells give it, and no traceback."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        tell("interrupted")
        raise typer.Exit(ExitStatus.INTERRUPTED) from None
    except SystemExit as error:
        if isinstance(error.__context__, BrokenPipeError):  # rich has noticed it
            raise typer.Exit(ExitStatus.PIPE_CLOSED) from None
        raise
    except OSError as error:
        if error.errno != errno.EPIPE:
            raise
        if notes_of(error):
            # The connection of a plugin, which typer would take for the reader of the output.
            raise typer.Exit(report.tell(error)) from error
        _discard_output()
        raise typer.Exit(ExitStatus.PIPE_CLOSED) from None


def _discard_output() -> None:
    """Let what is still to be written go nowhere: Python flushes stdout at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
