"""A search of a folder and of all below it, which several may drive on, each as far as it needs."""

from __future__ import annotations

import os
from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import ref

from .folder import content_of, frame_ids, warn_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .folder import FolderContent

__all__ = ["Search"]

#: Folders to be read, the next one first: pairs, so that one assignment changes them.
_Folders = tuple[str, "_Folders | None"]


class _Progress(NamedTuple):
    """How far a search has come."""

    #: How many folders were read.
    read: int
    #: Those still to be read; None at the end.
    rest: _Folders | None


class Search:
    """A search; it remembers in which folders each series is, and not a single file.

    It reads one folder at a time: its own files before the folders in it, by name. Whoever asks
    where a series is reads to the end what the one who wants all image ids has not come to yet,
    who then has these ids without another look. Whatever ends either of them, the search goes on
    where it was.
    """

    def __init__(self, folder: str, *, is_followed: bool = False) -> None:
        """``is_followed`` says that somebody is going to ask for all image ids, once."""
        self.folder: Final = folder
        self._progress = _Progress(0, (folder, None))
        # By SeriesInstanceUID.
        self._folders_of: Final[dict[str, list[str]]] = {}
        # By the numbers of the folders, until the one who wants all image ids comes for them.
        self._found: Final[dict[int, _FoundImages]] = {}
        self._is_followed = is_followed
        self._lock = RLock()
        _searches.add(ref(self, _searches.discard))

    def image_ids(self) -> Iterator[str]:
        """The ids of all images, or of their frames, folder by folder."""
        try:
            for number in count():
                if not self._read(number):
                    return
                yield from self._found.pop(number)
        finally:
            # No lock: garbage collection may close this at any moment, in any thread.
            self._is_followed = False
            self._found.clear()

    def folders_of(self, series: str) -> Sequence[str]:
        """The folders in which a series is; the search is driven to its end before."""
        while self._read(self._progress.read):
            pass
        return self._folders_of.get(series, ())

    def _read(self, number: int) -> bool:
        """Read the folder with a number, if nobody has; return whether there is one."""
        with self._lock:
            before = self._progress
            if number < before.read:
                return True
            if before.rest is None:
                return False
            folder, rest = before.rest
            content = content_of(folder)
            if self._progress is before:
                self._keep(number, folder, content)
                for below in reversed(content.folders):
                    rest = (below, rest)
                # The last step: a folder at which somebody was interrupted is read again.
                self._progress = _Progress(number + 1, rest)
        warn_of(content)
        return True

    def _keep(self, number: int, folder: str, content: FolderContent) -> None:
        for series in content.series:
            if isinstance(series, str):
                folders = self._folders_of.setdefault(series, [])
                if not folders or folders[-1] != folder:
                    folders.append(folder)
        if self._is_followed:
            self._found[number] = _FoundImages(content)

    def _start_anew(self) -> None:
        self._lock = RLock()


class _FoundImages:
    """The images of a folder in order, in little room: some wait until all have been found."""

    __slots__ = ("_folder", "_frames", "_names")

    def __init__(self, content: FolderContent) -> None:
        files = [file for files in content.series.values() for file in files]
        start = files[0].path.rfind(os.sep) + 1 if files else 0
        #: What the paths begin with.
        self._folder: Final = files[0].path[:start] if files else ""
        # No name has a slash in it.
        self._names: Final = "/".join([file.path[start:] for file in files])
        #: How many frames the files with several have, by their places.
        self._frames: Final = {
            place: file.frames for place, file in enumerate(files) if file.frames > 1
        }

    def __iter__(self) -> Iterator[str]:
        """The ids of the images, or of their frames."""
        if self._names:
            for place, name in enumerate(self._names.split("/")):
                yield from frame_ids(self._folder + name, self._frames.get(place, 1))


_searches: Final[set[ref[Search]]] = set()


def _start_anew() -> None:
    """Go on in a forked child, where no other thread is left to release a lock."""
    for reference in _searches.copy():
        search = reference()
        if search is not None:
            search._start_anew()  # noqa: SLF001 - nobody else may


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)
