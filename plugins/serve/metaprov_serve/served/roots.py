"""The folders and files that are served, and whether a path is inside of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Paths", "Roots"]


class Roots:
    """Folders with all that is in them, and single files, by their real paths."""

    def __init__(self, paths: Iterable[str]) -> None:
        real = [os.path.realpath(path) for path in paths]
        self._folders: Final = tuple(path for path in real if Path(path).is_dir())
        self._files: Final = frozenset(real).difference(self._folders)

    def has(self, real_path: str) -> bool:
        """Whether a path without links is one of these, or inside one."""
        return real_path in self._files or self.has_folder(real_path)

    def has_folder(self, real_path: str) -> bool:
        """Whether a path without links is one of the folders, or inside one, with all in it."""
        return any(
            real_path == folder or real_path.startswith(folder.rstrip(os.sep) + os.sep)
            for folder in self._folders
        )

    def paths(self) -> Paths:
        """For the paths of one request."""
        return Paths(self)


class Paths:
    """Paths of one request: each folder is resolved once, as that takes longer than an answer."""

    def __init__(self, roots: Roots) -> None:
        self._roots: Final = roots
        #: Of each folder, with a separator at its end, the real one, and whether it is served.
        self._folders: Final[dict[str, tuple[str, bool]]] = {}

    def are_inside(self, path: str) -> bool:
        """Whether a path is inside the roots, wherever links in it lead."""
        if "\0" in path:
            return False
        # What a Path does takes longer than an answer: os.path is used in all of this.
        if not _is_whole(path):
            path = os.path.abspath(path)  # noqa: PTH100 - see above
        end = path.rindex(os.sep) + 1
        real, is_served = self._folders.get(path[:end]) or self._resolved(path[:end])
        whole = real + path[end:]
        if os.path.islink(whole):  # noqa: PTH114 - likewise
            return self._roots.has(os.path.realpath(whole))
        return is_served or self._roots.has(whole)

    def _resolved(self, folder: str) -> tuple[str, bool]:
        real = os.path.realpath(folder)
        resolved = os.path.join(real, ""), self._roots.has_folder(real)  # noqa: PTH118 - likewise
        return self._folders.setdefault(folder, resolved)


def _is_whole(path: str) -> bool:
    """Whether `abspath` leaves a path as it is; to look takes a fifth of the time."""
    return (
        os.sep == "/"
        and path.startswith("/")
        and not path.endswith("/")
        and "//" not in path
        and "/." not in path
    )
