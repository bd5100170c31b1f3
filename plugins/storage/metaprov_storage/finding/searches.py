"""The searches that were made: by them it is known which images form a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_core import MetadataReadError, note
from metaprov_modules import ImageIdsOfFolder
from metaprov_storage.places.links import links_of

from .listing import Source
from .search import Search

if TYPE_CHECKING:
    from metaprov_storage.opening import Opener

    from .headers import Headers

__all__ = ["Searches"]

SEARCHES_KEPT: Final = 100
#: Of a folder of a store with more objects, not all headers are read for a question about one.
_LARGEST_FOLDER: Final = 10_000


class Searches:
    """What was searched, the last search last."""

    def __init__(self, opener: Opener, headers: Headers) -> None:
        self._opener: Final = opener
        self._headers: Final = headers
        self._made: Final[dict[Source, Search]] = {}

    def anew(self, source: Source) -> Search:
        """A search of a source as it is now, the last one. Raises MetadataReadError."""
        search = Search(source, self._opener, self._headers)
        self._made.pop(source, None)
        self._made[source] = search
        for oldest in list(self._made)[:-SEARCHES_KEPT]:
            self._made.pop(oldest, None)
        return search

    def series_image_ids(self, base: str, series: str) -> tuple[str, ...] | None:
        """The images of the series of an image: those in its archive, or in what was searched.

        Where no search came across it, those in its folder of the store, as `ImageIdsOfFolder`;
        None, with a note, where that is too large.
        """
        for search in reversed(list(self._made.values())):
            if base in search:
                return search.series_image_ids(series)
        source = _around(base)
        search = self.anew(source)
        if source.archive is None and len(search) > _LARGEST_FOLDER:
            note(f"its folder has {len(search)} objects: find_images() tells which form its series")
            return None
        ids = search.series_image_ids(series)
        return ids if source.archive is not None else ImageIdsOfFolder(ids)

    def changed(self) -> None:
        """Forget all: whoever follows a search goes on with it."""
        self._made.clear()


def _around(base: str) -> Source:
    """What an image is in: its archive, or its folder of the store."""
    link, *behind = links_of(base)
    if behind:
        return Source(link.protocol, tuple(behind))
    folder = link.in_public.rpartition("/")[0].partition("://")[2]
    if not folder:
        raise MetadataReadError(link.in_public, "it is in no folder")
    return Source(None, (link._replace(path=f"{folder}/"),))
