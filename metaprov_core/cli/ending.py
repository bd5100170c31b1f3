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
        if notes_of(error):
            # That of a plugin, which typer would take for that of the output.
            raise typer.Exit(report.tell(error)) from error
        _discard_output()
        if _is_of_closed_pipe(error):
            raise typer.Exit(ExitStatus.PIPE_CLOSED) from None
        tell(f"cannot write the output: {error.strerror or error}")
        raise typer.Exit(ExitStatus.UNUSABLE) from error


def _is_of_closed_pipe(error: OSError) -> bool:
    """Whether nobody reads any more; Windows calls that an invalid argument."""
    return error.errno == errno.EPIPE or (os.name == "nt" and error.errno == errno.EINVAL)


def _discard_output() -> None:
    """Let what is still to be written go nowhere: Python flushes stdout at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
