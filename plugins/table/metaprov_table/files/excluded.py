"""What is left out, by globs."""

from __future__ import annotations

import os
import re
from fnmatch import translate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Excluded"]


class Excluded:
    """Tells whether a path is left out: ``*.json``, or ``phantoms/*`` below the source."""

    def __init__(self, globs: Sequence[str]) -> None:
        either = "|".join(f"(?:{translate(os.path.normcase(glob))})" for glob in globs)
        self._matches: Final = re.compile(either).match if globs else None

    def has(self, path: str, source: str) -> bool:
        """Whether a glob matches the name of a path, or what follows its source."""
        if self._matches is None:
            return False
        below = os.path.normcase(path[len(source) :].lstrip(os.sep))
        name = os.path.basename(below)  # noqa: PTH119 - for each of a million files
        return bool(self._matches(name) or self._matches(below))
