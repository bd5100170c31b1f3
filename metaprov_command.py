"""The script `metaprov`: whatever is imported, Ctrl-C ends it with one line.

A module of its own, as importing anything in ``metaprov_core`` imports the host first.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command, or say how to install what is missing."""
    # The first that is registered is done last: what comes then nobody waits for.
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
    try:
        try:
            from metaprov_core.cli import main as command

            command()
        finally:
            _end_at_the_next()
    except KeyboardInterrupt:
        sys.stderr.write("metaprov: interrupted\n")
        sys.exit(130)


def _end_at_the_next() -> None:
    """Let Ctrl-C end what is still to be done at the end: hosts close, processes are waited for."""
    # A program in the background may have been told to ignore it.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))
