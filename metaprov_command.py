"""The script `metaprov`: whatever is imported, Ctrl-C ends it with one line.

A module of its own, as importing anything in ``metaprov_core`` imports the host first.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command, or say how to install what is missing."""
    try:
        from metaprov_core.cli import main as command

        command()
    except KeyboardInterrupt:
        sys.stderr.write("metaprov: interrupted\n")
        sys.exit(130)
