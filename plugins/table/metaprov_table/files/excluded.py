"""What is left out, by globs."""

from __future__ import annotations

import os
import re
import warnings
from fnmatch import translate
from functools import lru_cache
from glob import escape
from typing import TYPE_CHECKING, Final, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Excluded"]


class _Glob(NamedTuple):
    """One glob, as it was given, and what it matches."""

    given: str
    of_folders: bool
    #: Of names, and of paths below the source.
    relative: re.Pattern[str]
    #: Of absolute paths: a relative glob is one in the working directory, too.
    absolute: re.Pattern[str]

    @classmethod
    def of(cls, given: str) -> Self:
        glob = os.path.normpath(given)
        in_folder = os.path.join(escape(os.getcwd()), glob)  # noqa: PTH109, PTH118 - a glob
        return cls(given, given.endswith(("/", os.sep)), _compiled(glob), _compiled(in_folder))


class Excluded:
    """Tells which paths are left out, and which globs leave out none.

    A glob is that of a name, ``*.json``, of a path below the source, ``phantoms/*``, or of any
    other path; one that ends with a slash, that of a folder.
    """

    def __init__(self, globs: Sequence[str]) -> None:
        self._globs: Final = [_Glob.of(glob) for glob in globs]
        self._unused: Final = dict.fromkeys(globs)
        self._has_folder: Final = lru_cache(maxsize=None)(self._is_in_one)

    def has(self, path: str, source: str, *, is_folder: bool) -> bool:
        """Whether an absolute path in a source is left out, or the source itself."""
        if not self._globs:
            return False
        path = os.path.normcase(path)
        below = path[len(source) :].lstrip(os.sep)
        name = os.path.basename(below)  # noqa: PTH119 - for each of a million files
        found = False
        for glob in self._globs:
            if glob.of_folders and not is_folder:
                continue
            of = glob.relative.match
            if of(name) or of(below) or glob.absolute.match(path):
                self._unused.pop(glob.given, None)
                found = True
        return found

    def has_listed(self, path: str, *, is_folder: bool) -> bool:
        """Whether an absolute path that is in no source is left out, or a folder that it is in."""
        if not self._globs:
            return False
        folder = os.path.dirname(path)  # noqa: PTH120 - for each of a million lines
        return self.has(path, folder, is_folder=is_folder) or self._has_folder(folder)

    def warn_of_unused(self) -> None:
        """Say which globs have left out nothing so far."""
        for glob in self._unused:
            warnings.warn(f"nothing is left out by {glob!r}", stacklevel=2)

    def _is_in_one(self, folder: str) -> bool:
        above = os.path.dirname(folder)  # noqa: PTH120 - likewise
        if above == folder:
            return False
        return self.has(folder, above, is_folder=True) or self._has_folder(above)


def _compiled(glob: str) -> re.Pattern[str]:
    return re.compile(translate(os.path.normcase(glob)))
