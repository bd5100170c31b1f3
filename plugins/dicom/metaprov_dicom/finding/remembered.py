"""Finding images, and remembering which of those found form one series."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metaprov_core import ProviderCache

from .folder import file_at, image_id_of, series_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .folder import FoundFile

__all__ = ["Searches"]

#: How many folders' files are remembered.
FOLDERS_KEPT: Final = 100


class Searches:
    """The folders that were searched, and the files found there."""

    def __init__(self) -> None:
        # The folders that find_images was asked for, the last one last.
        self._searched: Final[dict[str, None]] = {}
        # The files in and below these folders, and those in the folders in which a series was
        # looked for.
        self._below: Final[ProviderCache[_Files]] = ProviderCache(FOLDERS_KEPT)
        self._inside: Final[ProviderCache[_Files]] = ProviderCache(FOLDERS_KEPT)

    def find_images(self, path: str) -> Iterator[str]:
        """The image ids of a file, or of all DICOM files in and below a folder; one a frame.

        Raises MetadataReadError for a path that does not exist, and for a file that is not DICOM.
        """
        path = _absolute(path)
        if Path(path).is_dir():
            return self._find_below(path)
        return iter(file_at(path).frame_ids())

    def series_image_ids(self, path: str) -> tuple[str, ...] | None:
        """The ids of the files of a file's series, in the order of find_images.

        They are those found by the last search that came across the file; where none did, those in
        its folder.
        """
        path = _absolute(path)
        image_id = image_id_of(path)
        for folder in reversed(list(self._searched)):
            if _is_below(path, folder):
                ids = self._below.get(folder, _look_below).series.get(image_id)
                if ids is not None:
                    return ids
        folder = str(Path(path).parent)
        if image_id not in self._inside.get(folder, _look_inside).series:
            # The file is newer than what is remembered of its folder.
            self._inside.changed(folder)
        return self._inside.get(folder, _look_inside).series.get(image_id)

    def changed(self, path: str | None = None) -> None:
        """Forget what was found where a file is, or everywhere; the places searched are kept."""
        if path is None:
            self._below.changed()
            self._inside.changed()
            return
        path = _absolute(path)
        self._inside.changed(str(Path(path).parent))
        for folder in list(self._searched):
            if _is_below(path, folder):
                self._below.changed(folder)

    def _find_below(self, folder: str) -> Iterator[str]:
        # Searched anew, for files come and go.
        self._searched.pop(folder, None)
        self._searched[folder] = None
        for oldest in list(self._searched)[:-FOLDERS_KEPT]:
            self._searched.pop(oldest, None)
        self._below.changed(folder)
        yield from self._below.get(folder, _look_below).frame_ids()


class _Files:
    """The files of a folder."""

    __slots__ = ("_several_frames", "series")

    def __init__(self, found: Iterable[list[FoundFile]]) -> None:
        #: By image id, in order: the ids of the images of its series, one tuple for all of them.
        self.series: Final[dict[str, tuple[str, ...]]] = {}
        # The files with several frames, by image id.
        self._several_frames: Final[dict[str, FoundFile]] = {}
        for files in found:
            ids = tuple(image_id_of(file.path) for file in files)
            for file, image_id in zip(files, ids, strict=True):
                self.series[image_id] = ids
                if file.frames > 1:
                    self._several_frames[image_id] = file

    def frame_ids(self) -> Iterator[str]:
        """The ids of all images, or of their frames, series by series."""
        for image_id in self.series:
            file = self._several_frames.get(image_id)
            yield from (image_id,) if file is None else file.frame_ids()


def _look(folder: str, *, below: bool) -> _Files:
    return _Files(series_in(folder, below=below))


_look_below: Final = partial(_look, below=True)
_look_inside: Final = partial(_look, below=False)


def _absolute(path: str) -> str:
    # Not resolve(): an id names the path that was given, symbolic links and all.
    return os.path.abspath(path)  # noqa: PTH100


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)
