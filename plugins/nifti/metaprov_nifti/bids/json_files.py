"""The JSON files of folders, by what their names say; a folder is listed once, until it changes."""

from __future__ import annotations

import os
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["JsonFiles"]

#: Of how many folders the names are kept.
_FOLDERS_KEPT: Final = 1_000


class JsonFiles:
    """The JSON files of folders."""

    def __init__(self) -> None:
        self._listed: Final = lru_cache(_FOLDERS_KEPT)(_listed)

    def of(self, folder: Path, entities: frozenset[str], suffix: str) -> list[str]:
        """Those of a folder with this suffix whose entities a file has, all of them."""
        try:
            listed = self._listed(folder, folder.stat().st_mtime_ns)
        except (OSError, ValueError):
            return []
        return [
            name
            for first in entities | {suffix}
            for name in listed.get((first, suffix), ())
            if entities.issuperset(_parts(name)[:-1])
        ]

    def forget(self) -> None:
        """List all folders again."""
        self._listed.cache_clear()


def _listed(folder: Path, changed_ns: int) -> Mapping[tuple[str, str], list[str]]:  # noqa: ARG001 - a key
    """The names of JSON files by their first part and their last one.

    In a folder of many files few are alike in both.
    """
    found = defaultdict(list)
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".json") and entry.is_file():
                parts = _parts(entry.name)
                found[parts[0], parts[-1]].append(entry.name)
    return dict(found)


def _parts(name: str) -> list[str]:
    return name.removesuffix(".json").split("_")
