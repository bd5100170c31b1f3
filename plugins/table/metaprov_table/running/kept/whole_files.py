"""Files that are there when all of them is, and outlive a power cut."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final
from uuid import uuid4

from metaprov_table.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["GOES_ON", "UNFINISHED", "written"]

#: How the name of a file ends that is being written.
UNFINISHED: Final = ".unfinished"
#: What becomes of a run that cannot write one of its files.
GOES_ON: Final = "; what is finished is kept, and the same command goes on from there"


@contextmanager
def written(path: Path, then: str = "") -> Iterator[BinaryIO]:
    """A file to write to, that gets its name in the end; what had the name before is replaced.

    Raises `TableError`, which ends with ``then``, where it cannot be written: what was there is as
    it was. Several processes may write the same one, and the last of them counts.
    """
    part = path.with_name(f"{path.name}.{uuid4().hex}{UNFINISHED}")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise TableError(f"cannot write {path}: {error.strerror or error}{then}") from error
    finally:
        part.unlink(missing_ok=True)
