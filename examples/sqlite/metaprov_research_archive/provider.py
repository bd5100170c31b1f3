"""The plugin: answers with the headers of the archive, and has its file open until it leaves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import (
    MetadataReadError,
    ProviderCache,
    base_image_id,
    hookimpl,
    note,
    parse_image_id,
)
from metaprov_modules import INSTANCE

from .database import AT_ONCE, Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["ResearchArchive"]

#: The environment variable that names the file.
VARIABLE: Final = "RESEARCH_ARCHIVE"
SCHEME: Final = "archive"

#: How many headers are kept.
KEPT: Final = 10_000


class ResearchArchive:
    """Answers ``instance`` for ``archive:`` ids. One in each host."""

    def __init__(self, path: str | None = None) -> None:
        """Read the file at ``path``, or the one that the environment variable names."""
        path = path or os.environ.get(VARIABLE)
        self._database: Final = None if not path else Database(path)
        # By the image id without frame: the frames of an image have one header.
        self._instances: Final[ProviderCache[Mapping[str, Any]]] = ProviderCache(KEPT)

    @hookimpl
    def detach(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()

    @hookimpl(types=[INSTANCE], schemes=[SCHEME])
    def get_metadata(self, image_id: str) -> Mapping[str, Any] | None:
        """The header of an image."""
        if self._database is None:
            note(f"{VARIABLE} is not set: it names the SQLite file")
            return None
        return self._instances.get(base_image_id(image_id), self._read)

    @hookimpl
    def find_images(self, source: str) -> Iterable[str] | None:
        """All images of the archive are behind ``archive:``."""
        if parse_image_id(source).scheme != SCHEME:
            return None
        if self._database is None:
            note(f"{VARIABLE} is not set: it names the SQLite file")
            return None
        return (f"{SCHEME}:{image}" for image in self._database.images())

    @hookimpl
    def prefetch(self, image_ids: tuple[str, ...], done: Callable[[int], None]) -> None:
        """Read headers by the hundreds, as many as are kept."""
        if self._database is None:
            return
        own = [id for id in map(parse_image_id, image_ids) if id.scheme == SCHEME]
        images = list(dict.fromkeys(id.rest for id in own))[:KEPT]
        for first in range(0, len(images), AT_ONCE):
            some = images[first : first + AT_ONCE]
            try:
                headers = self._database.headers(some)
            except MetadataReadError:
                # Whoever asks about one of them will be told.
                continue
            by_id = {f"{SCHEME}:{image}": header for image, header in headers.items()}
            for image_id in by_id:
                self._instances.get(image_id, by_id.get)
            done(len(headers))

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        """Read again what may have changed."""
        if type is None or type == INSTANCE:
            self._instances.changed(image_id)

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        """Forget what was read."""
        if type is None or type == INSTANCE:
            self._instances.clear(image_id)

    def _read(self, base: str) -> Mapping[str, Any] | None:
        if self._database is None:
            return None
        image = parse_image_id(base).rest
        header = self._database.headers([image]).get(image)
        if header is None:
            note(f"{self._database.path} has no image {image}")
        return header
