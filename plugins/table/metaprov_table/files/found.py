"""The files behind some sources, as they are found, with their sizes and times."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from os import PathLike

__all__ = ["File", "found_files"]


class File(NamedTuple):
    """A file; or an image that is no file, by its id without frame, of which no size is known."""

    #: Absolute; or the image id.
    path: str
    #: In bytes.
    size: int | None
    #: Of its last change, in ns since 1970.
    mtime_ns: int | None


def found_files(
    sources: Iterable[str | PathLike[str]], exclude: Sequence[str] = ()
) -> Iterator[File]:
    """The files that folders and paths stand for, each once, as they are found.

    A folder is gone through to its end: its own files by name, then the folders in it. What matches
    a glob of ``exclude``, by its name or by its path below the source, is left out, folders with
    all that is in them. Links to folders are not followed.

    Raises `TableError` for a source that is not there, or a folder that cannot be read.
    """
    raise NotImplementedError
