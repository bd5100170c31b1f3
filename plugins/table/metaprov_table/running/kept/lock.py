"""One run at a time for each output."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from metaprov_table.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["locked"]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder, which is made; a run that is killed lets go of it.

    Raises `TableError` where another run has it.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise TableError(f"cannot make {folder}: {error.strerror or error}") from error
    try:
        with FileLock(folder / "lock", blocking=False):
            yield
    except Timeout as error:
        raise TableError(f"another run writes to {folder}: wait until it has ended") from error
