"""The ``metaprov`` command; its dependencies come with the extra ``metaprov-core[cli]``."""

from __future__ import annotations

import sys

__all__ = ["main"]

_NEEDED = ("msgspec", "rich", "typer")


def main() -> None:
    """Run the command, or say how to install what is missing."""
    try:
        from .app import run
    except ModuleNotFoundError as error:
        if error.name not in _NEEDED:
            raise
        sys.exit(
            f"metaprov: the command line needs {error.name}, which is not installed; "
            "run: python -m pip install metaprov"
        )
    run()
