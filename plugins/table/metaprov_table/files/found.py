"""The files behind some sources, as they are found, with their sizes and times."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import metaprov_core
from metaprov_core import base_image_id, parse_image_id
from metaprov_core.errors import MetaprovError
from metaprov_table.errors import TableError

from .excluded import Excluded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from os import PathLike

    from metaprov_core import Host

__all__ = ["File", "found_files", "listed_files"]

_FILE_SCHEME = "dicomfile"


class File(NamedTuple):
    """A file; or an image that is no file, by its id without frame, of which no size is known."""

    #: Absolute; or the image id.
    path: str
    #: In bytes; None where the file cannot be looked at.
    size: int | None
    #: Of its last change, in ns since 1970.
    mtime_ns: int | None


def found_files(
    sources: Iterable[str | PathLike[str]], exclude: Sequence[str] = (), *, host: Host | None = None
) -> Iterator[File]:
    """The files that folders and paths stand for, each once, as they are found.

    A folder is gone through to its end: its own files by name, then the folders in it. What matches
    a glob of ``exclude``, by its name or by its path below the source, is left out, folders with
    all that is in them. Links to folders are not followed. A folder that cannot be read is given in
    the place of what is in it. What is neither is a source of ``host``, whose images are found.

    Raises `TableError` for a source that is not there, before the first file is given.
    """
    host = metaprov_core.default_host if host is None else host
    excluded = Excluded(exclude)
    places = [_place_of(os.fspath(source)) for source in sources]
    folders = [place for place in dict.fromkeys(places) if isinstance(place, Path)]
    return _in_places(host, _each_once(folders, places), excluded)


def listed_files(paths: Iterable[str], exclude: Sequence[str] = ()) -> Iterator[File]:
    """The files of a list, as a program writes it, in its order; folders stand for what is in them.

    Image ids of files, as `metaprov find` prints them, are their files. A file that is not there is
    given nevertheless: that it cannot be opened is a row of the errors.
    """
    excluded = Excluded(exclude)
    for path in paths:
        absolute = os.path.abspath(_without_scheme(path))  # noqa: PTH100 - links are names, too
        if os.path.isdir(absolute):  # noqa: PTH112 - for each of a million lines
            yield from _below(absolute, absolute, excluded)
        elif not excluded.has(absolute, os.path.dirname(absolute)):  # noqa: PTH120 - likewise
            yield _file(absolute)


def _without_scheme(path: str) -> str:
    is_id = path.startswith(f"{_FILE_SCHEME}:")
    return parse_image_id(base_image_id(path)).rest if is_id else path


def _place_of(source: str) -> Path | str:
    """The path that a source names; itself where it names none."""
    id = parse_image_id(source)
    path = Path(os.path.abspath(id.rest if id.scheme == _FILE_SCHEME else source))  # noqa: PTH100
    if path.exists():
        return path
    if id.scheme == _FILE_SCHEME:
        raise TableError(f"there is no {path}: a source is a folder, a file or a URL")
    return source


def _each_once(folders: Sequence[Path], places: Sequence[Path | str]) -> Iterator[Path | str]:
    """The places, without those that are in a folder of another one."""
    given = frozenset(folder for folder in folders if folder.is_dir())
    for place in dict.fromkeys(places):
        if isinstance(place, str) or given.isdisjoint(place.parents):
            yield place


def _in_places(host: Host, places: Iterable[Path | str], excluded: Excluded) -> Iterator[File]:
    for place in places:
        if isinstance(place, str):
            yield from _images_of(host, place)
        elif place.is_dir():
            yield from _below(str(place), str(place), excluded)
        elif not excluded.has(str(place), str(place.parent)):
            yield _file(str(place))


def _images_of(host: Host, source: str) -> Iterator[File]:
    """The images behind what is no path, each once however many frames it has."""
    before = None
    try:
        for image_id in host.find_images(source):
            base = base_image_id(image_id)
            # The frames of an image follow each other.
            if base != before:
                yield File(base, None, None)
            before = base
    except MetaprovError as error:
        raise TableError(str(error)) from error


def _below(folder: str, source: str, excluded: Excluded) -> Iterator[File]:
    """The files of a folder, then those of the folders in it."""
    try:
        with os.scandir(folder) as entries:
            in_order = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        # Who opens it says why.
        yield File(folder, None, None)
        return
    folders = []
    for entry in in_order:
        if excluded.has(entry.path, source):
            continue
        if not _is_folder(entry):
            yield _file_of(entry)
        elif not entry.is_symlink():
            folders.append(entry.path)
    for each in folders:
        yield from _below(each, source, excluded)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _file_of(entry: os.DirEntry[str]) -> File:
    try:
        status = entry.stat()
    except OSError:
        return File(entry.path, None, None)
    return File(entry.path, status.st_size, status.st_mtime_ns)


def _file(path: str) -> File:
    try:
        status = os.stat(path)  # noqa: PTH116 - for each of a million lines
    except (OSError, ValueError):
        return File(path, None, None)
    return File(path, status.st_size, status.st_mtime_ns)
