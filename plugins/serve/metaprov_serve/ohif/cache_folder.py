"""Where what was fetched is kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["cache_folder"]


def cache_folder() -> Path:
    """METAPROV_CACHE_DIR, or metaprov's folder among the caches of this user; it may not exist."""
    given = os.environ.get("METAPROV_CACHE_DIR")
    return Path(given).expanduser() if given else _of_the_user() / "metaprov"


def _of_the_user() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # A relative one is to be ignored (XDG Base Directory Specification).
    return given if given.is_absolute() else Path.home() / ".cache"
