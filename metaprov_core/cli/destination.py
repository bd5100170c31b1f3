"""Where a command prints: the terminal, or the file of ``--output``."""

from __future__ import annotations

import os
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING

import typer

from .encoding import FITTING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["written_to"]


@contextmanager
def written_to(path: Path | None) -> Iterator[None]:
    """Let what is printed meanwhile become a file, whole or not at all; None: print it.

    A link stays a link, to the new file; a device or a pipe is written to as it is. Raises
    typer.BadParameter where the file cannot be written. Where something else is raised, a file
    that was there stays as it was.
    """
    if path is None:
        yield
        return
    path = path.resolve()
    is_special = path.exists() and not path.is_file()
    part = path if is_special else path.with_name(f"{path.name}.{os.getpid()}.part")
    with _errors_of(path):
        file = part.open("w", encoding="utf-8", errors=FITTING, newline="")
    try:
        with file, redirect_stdout(file):
            yield
        if not is_special:
            with _errors_of(path):
                part.replace(path)
    finally:
        if not is_special:
            part.unlink(missing_ok=True)


@contextmanager
def _errors_of(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise typer.BadParameter(f"cannot write {path}: {reason}", param_hint="--output") from error
