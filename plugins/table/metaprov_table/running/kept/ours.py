"""Only what a run wrote is replaced or removed: told before a file is read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from metaprov_table.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from .formats import Outputs
    from .parts import Parts

__all__ = ["refuse_sources_in", "refuse_what_is_not_ours"]

_INSTEAD = "move it away, or choose another output"


def refuse_what_is_not_ours(outputs: Outputs, parts: Parts) -> None:
    """Raise `TableError` where something is in the way that no run of a table has written.

    Of a run that has begun the files may be there in part: that they may be written it knew before.
    """
    for path in parts.foreign():
        raise TableError(f"{path} is in the folder of the parts, and is none: {_INSTEAD}")
    if parts.begun() is not None:
        return
    for path in outputs.foreign():
        raise TableError(f"{path} is there, and metaprov has not written it: {_INSTEAD}")


def refuse_sources_in(parts: Parts, sources: Iterable[str | PathLike[str]]) -> None:
    """Raise `TableError` for a source in the folder of the parts, which is removed in the end."""
    if not parts.folder.is_dir():
        return
    folder = os.path.realpath(parts.folder)
    for source in sources:
        if f"{os.path.realpath(source)}{os.sep}".startswith(f"{folder}{os.sep}"):
            raise TableError(
                f"{source} is in {parts.folder}, which is removed in the end: choose another output"
            )
