"""Files that are there when all of them is, and outlive a power cut."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from uuid import uuid4

from metaprov_table.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["GOES_ON", "UNFINISHED", "refuse_no_place", "refuse_unwritable", "written"]

#: How the name of a file ends that is being written.
UNFINISHED: Final = ".unfinished"
#: What becomes of a run that cannot write one of its files.
GOES_ON: Final = "; what is finished is kept, and the same command goes on from there"


def refuse_no_place(path: Path) -> None:
    """Raise `TableError` where no file can be: a folder is there, a device, or no folder for it."""
    to = Path(os.path.realpath(path))
    if to.is_dir():
        raise TableError(f"cannot write {path}: it is a folder; name a file in it")
    if to.is_symlink() or (to.exists() and not to.is_file()):
        raise TableError(f"cannot write {path}: it is there, and no file; choose another output")
    if not to.parent.is_dir():
        raise TableError(f"cannot write {path}: there is no folder {to.parent}; make it first")


def refuse_unwritable(path: Path) -> None:
    """Raise `TableError` where this user may not write a file, as far as the system tells."""
    folder = Path(os.path.realpath(path)).parent
    if not os.access(folder, os.W_OK | os.X_OK):
        raise TableError(f"cannot write {path}: {folder} is not writable; choose another output")


@contextmanager
def written(path: Path, then: str = "") -> Iterator[BinaryIO]:
    """A file to write to, that gets its name in the end; what had the name before is replaced.

    A link stays one, to the new file. Raises `TableError`, which ends with ``then``, where it
    cannot be written: what was there is as it was. Several processes may write the same one, and
    the last of them counts.
    """
    to = Path(os.path.realpath(path))
    part = to.with_name(f"{to.name}.{uuid4().hex}{UNFINISHED}")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(to)
    except OSError as error:
        raise TableError(f"cannot write {path}: {error.strerror or error}{then}") from error
    finally:
        part.unlink(missing_ok=True)
