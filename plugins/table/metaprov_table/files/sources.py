"""What sources name, and the images behind those that are no files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metaprov_core import MetaprovError, base_image_id, parse_image_id

from .as_text import id_as_text
from .file import File

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metaprov_core import Host

__all__ = ["each_once", "images_in", "images_of", "path_of", "place_of"]

_FILE_SCHEME: Final = "dicomfile"
_SCHEMES_OF_FILES: Final = (f"{_FILE_SCHEME}:", "file:")


def path_of(text: str) -> str:
    """The absolute path that a line of a list names: itself, or that of the id of an image."""
    is_id = text.startswith(_SCHEMES_OF_FILES)
    return os.path.abspath(parse_image_id(text).rest if is_id else text)  # noqa: PTH100 - pathlib keeps `..`


def place_of(source: str) -> Path | str:
    """The path that a source names, whether it is there or not; itself where it names none."""
    path = Path(path_of(source))
    is_path = path.exists() or ":" not in source or parse_image_id(source).scheme == _FILE_SCHEME
    return path if is_path else source


def each_once(places: Sequence[Path | str]) -> Iterator[Path | str]:
    """The places, without those that are in a folder of another one."""
    folders = frozenset(place for place in places if isinstance(place, Path) and place.is_dir())
    for place in dict.fromkeys(places):
        if isinstance(place, str) or folders.isdisjoint(place.parents) or not place.exists():
            yield place


def images_in(host: Host, path: str) -> Iterator[File] | None:
    """The images in a file that holds several, as an archive does; None for any other file."""
    try:
        first = next(iter(host.find_images(path)), None)
    except MetaprovError:
        # Whoever reads it says what is wrong.
        return None
    is_image = first is None or base_image_id(first) == base_image_id(path)
    return None if is_image else images_of(host, path)


def images_of(host: Host, source: str) -> Iterator[File]:
    """The images behind what is no path, each once however many frames it has."""
    before = None
    found: Iterable[str] = host.find_images(source)
    for image_id in found:
        base = base_image_id(image_id)
        # The frames of an image follow each other.
        if base != before:
            yield File(id_as_text(base), None, None)
        before = base
