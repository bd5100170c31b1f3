"""The ``metaprov`` command; its dependencies come with the extra ``metaprov-core[cli]``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["main"]

_NEEDED = ("msgspec", "rich", "typer")


def main() -> None:
    """Run the command, or say how to install what is missing."""
    try:
        _imported()()
    except KeyboardInterrupt:
        # While it is imported; once it runs, it heeds Ctrl-C itself.
        sys.stderr.write("metaprov: interrupted\n")
        sys.exit(130)


def _imported() -> Callable[[], None]:
    try:
        from .app import run
    except ModuleNotFoundError as error:
        if error.name not in _NEEDED:
            raise
        sys.exit(
            f"metaprov: the command line needs {error.name}, which is not installed; "
            "run: python -m pip install metaprov"
        )
    return run
