"""Finding images, and remembering which of those found form one series."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import ProviderCache
from metaprov_modules import ImageIdsOfFolder

from .folder import found_file, frame_ids, image_id_of, is_of_another_plugin
from .search import Search
from .series import FolderSeries, SeriesImages, read_again, read_series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from metaprov_dicom.instance.instance import Instance

__all__ = ["Searches"]

#: How many searches, series of each search, and folders with all their files are remembered.
SEARCHES_KEPT: Final = 100
SERIES_KEPT: Final = 100
FOLDERS_KEPT: Final = 100


class Searches:
    """The folders that were searched, and the series in them that somebody asked for."""

    def __init__(
        self, header_of: Callable[[str], Instance], known: Callable[[str], Instance | None]
    ) -> None:
        """``header_of`` reads the header of a single file, and may keep it, by its image id.

        ``known`` is the one that is kept, if there is one: a file whose header was asked for is not
        read once more to see of which series it is.
        """
        self._header_of: Final = header_of
        self._read_series: Final = partial(read_series, known)
        self._read_again: Final = partial(read_again, known)
        #: Called before a search that may find series of which only a folder was known.
        self.when_more_is_known: Callable[[], None] = _nothing
        self._has_guessed = False
        # By folder, the last search last.
        self._searched: Final[dict[str, _Searched]] = {}
        # What was read to find the files of a series.
        self._folders: Final[ProviderCache[FolderSeries]] = ProviderCache(FOLDERS_KEPT)

    def find_images(self, path: str) -> Iterable[str]:
        """The image ids of a file, or of all DICOM files in and below a folder; one a frame.

        Raises MetadataReadError for a path that does not exist, for a file that is not DICOM, and
        for DICOM that cannot be read.
        """
        path = _absolute(path)
        if Path(path).is_dir():
            return self._find_below(path)
        header = self._header_of(image_id_of(path))
        return frame_ids(path, found_file(path, header).frames)

    def series_image_ids(self, path: str, series: str) -> tuple[str, ...] | None:
        """The ids of the files of a file's series, by InstanceNumber, then path.

        They are those found by the last search that came across the file; where none did, those in
        its folder, as `ImageIdsOfFolder`.
        """
        path = _absolute(path)
        folder, image_id = _folder_of(path), image_id_of(path)
        for searched in reversed(list(self._searched.values())):
            if _is_below(path, searched.search.folder):
                images = self._images_found(searched, series, folder, image_id)
                if image_id in images:
                    return images.ids
        images = self._folders.get(folder, self._read_series).images_of(series)
        if image_id not in images:
            if is_of_another_plugin(path):
                # Whoever asks for it as DICOM means this file alone.
                return ImageIdsOfFolder((image_id,))
            # The file is newer than what is remembered of its folder.
            self._folders.changed(folder)
            images = self._folders.get(folder, self._read_series).images_of(series)
        if image_id not in images:
            return None
        self._has_guessed = True
        return images.ids_of_folder

    def changed(self, path: str | None = None) -> None:
        """Forget what was found where a file is, or everywhere; the places searched are kept."""
        if path is None:
            self._folders.changed()
        else:
            path = _absolute(path)
            self._folders.changed(_folder_of(path))
        for folder in list(self._searched):
            if path is None or _is_below(path, folder):
                # Whoever follows the search of before goes on with it.
                self._searched[folder] = _Searched.anew(Search(folder))

    def _find_below(self, folder: str) -> Iterator[str]:
        if self._has_guessed:
            self._has_guessed = False
            self.when_more_is_known()
        # Searched anew, for files come and go.
        search = Search(folder, is_followed=True)
        self._searched.pop(folder, None)
        self._searched[folder] = _Searched.anew(search)
        for oldest in list(self._searched)[:-SEARCHES_KEPT]:
            self._searched.pop(oldest, None)
        yield from search.image_ids()

    def _images_found(
        self, searched: _Searched, series: str, folder: str, image_id: str
    ) -> SeriesImages:
        """What a search found of the series of an image in a folder."""
        # Not while the images are loaded: others may wait for them, and hold up the search.
        folders = searched.search.folders_of(series)
        load = partial(self._images_in, series, folders)
        key = f"series:{series}"
        images = searched.images.get(key, load)
        if image_id not in images and folder in folders:
            # The file is newer than what is remembered of its folder.
            self._folders.changed(folder)
            searched.images.changed(key)
            images = searched.images.get(key, load)
        return images

    def _images_in(self, series: str, folders: Iterable[str], _key: str) -> SeriesImages:
        found = (self._folders.get(folder, self._read_again) for folder in folders)
        return SeriesImages(file for folder in found for file in folder.files_of(series))


def _nothing() -> None:
    """Nobody is to be told."""


class _Searched(NamedTuple):
    """A search, and the series of it that somebody asked for."""

    search: Search
    images: ProviderCache[SeriesImages]

    @classmethod
    def anew(cls, search: Search) -> _Searched:
        return cls(search, ProviderCache(SERIES_KEPT))


def _absolute(path: str) -> str:
    # Not resolve(): an id names the path that was given, symbolic links and all.
    return os.path.abspath(path)  # noqa: PTH100


def _folder_of(path: str) -> str:
    return os.path.dirname(path)  # noqa: PTH120 - five times as fast, for each question


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)
