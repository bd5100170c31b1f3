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
        return real_path in self._files or any(
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
        self._folders: Final[dict[str, str]] = {}

    def are_inside(self, path: str) -> bool:
        """Whether a path is inside the roots, wherever links in it lead."""
        if "\0" in path:
            return False
        # A Path for each takes longer than an answer.
        folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100
        real = self._folders.get(folder)
        if real is None:
            real = self._folders[folder] = os.path.realpath(folder)
        whole = os.path.join(real, name)  # noqa: PTH118
        if os.path.islink(whole):  # noqa: PTH114
            whole = os.path.realpath(whole)
        return self._roots.has(whole)
