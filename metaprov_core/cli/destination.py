"""Where a command prints: the terminal, or the file of ``--output``."""

from __future__ import annotations

import os
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["written_to"]


@contextmanager
def written_to(path: Path | None) -> Iterator[None]:
    """Let what is printed meanwhile become a file, whole or not at all; None: print it.

    Raises typer.BadParameter where the file cannot be written. Where something else is raised, a
    file that was there stays as it was.
    """
    if path is None:
        yield
        return
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        file = part.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        with file, redirect_stdout(file):
            yield
        _put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)


def _put_in_place(part: Path, path: Path) -> None:
    try:
        part.replace(path)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> typer.BadParameter:
    return typer.BadParameter(
        f"cannot write {path}: {error.strerror or error}", param_hint="--output"
    )
