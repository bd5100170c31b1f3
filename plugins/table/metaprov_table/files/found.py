"""The files behind some sources, as they are found, with their sizes and times."""

from __future__ import annotations

import os
from itertools import chain
from typing import TYPE_CHECKING

import metaprov_core
from metaprov_core import MetadataReadError, MetaprovError
from metaprov_core.errors import described
from metaprov_table.errors import TableError

from .as_text import path_as_text
from .excluded import Excluded
from .file import File, file_at
from .sources import each_once, images_in, images_of, path_of, place_of
from .walk import files_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from os import PathLike
    from pathlib import Path

    from metaprov_core import Host

__all__ = ["found_files"]


def found_files(
    sources: Iterable[str | PathLike[str]],
    exclude: Sequence[str] = (),
    *,
    listed: Iterable[str] | None = None,
    host: Host | None = None,
) -> Iterator[File]:
    """The files that folders and paths stand for, each once, as they are found.

    What is neither a folder nor a file is a source of ``host``, whose images are found; so is a
    file that holds several images, an archive, which has to be named for that. ``listed``
    are paths as programs write them, or image ids of files; one that is not there is given
    nevertheless: that it cannot be opened is a row of the errors. What matches a glob of
    ``exclude`` is left out, see `Excluded`; a glob that leaves out nothing is warned of at the end.

    A source that is not there is given with its failure, after the others. Raises `TableError` if
    none is there, and nothing is listed.
    """
    host = metaprov_core.default_host if host is None else host
    excluded = Excluded(exclude)
    places = list(each_once([place_of(os.fspath(source)) for source in sources]))
    if listed is None:
        yield from _in_places(host, places, excluded, may_be_none=False)
    else:
        # A list may name some that are in a folder, too.
        paths: set[str] = set()
        in_places = _in_places(host, places, excluded, may_be_none=True)
        for file in chain(in_places, _in_list(listed, excluded)):
            if file.path not in paths:
                paths.add(file.path)
                yield file
    excluded.warn_of_unused()


def _in_places(
    host: Host, places: Sequence[Path | str], excluded: Excluded, *, may_be_none: bool
) -> Iterator[File]:
    failed, said = [], []
    for place in places:
        try:
            yield from _in_place(host, place, excluded)
        except Exception as error:
            said.append(str(error) if isinstance(error, MetaprovError) else described(error))
            reason = error.reason if isinstance(error, MetadataReadError) else said[-1]
            failed.append(File(path_as_text(str(place)), None, None, reason))
    if failed and len(failed) == len(places) and not may_be_none:
        raise TableError("; ".join(said))
    yield from failed


def _in_place(host: Host, place: Path | str, excluded: Excluded) -> Iterator[File]:
    if isinstance(place, str):
        yield from images_of(host, place)
        return
    path = str(place)
    if not place.exists():
        raise MetadataReadError(path, "there is no such folder or file")
    is_folder = place.is_dir()
    if excluded.has(path, path if is_folder else str(place.parent), is_folder=is_folder):
        return
    if is_folder:
        yield from files_below(path, path, excluded)
    else:
        yield from images_in(host, path) or [file_at(path)]


def _in_list(lines: Iterable[str], excluded: Excluded) -> Iterator[File]:
    for line in lines:
        path = path_of(line)
        is_folder = os.path.isdir(path)  # noqa: PTH112 - for each of a million lines
        if excluded.has_listed(path, is_folder=is_folder):
            continue
        if is_folder:
            yield from files_below(path, path, excluded)
        else:
            yield file_at(path)
