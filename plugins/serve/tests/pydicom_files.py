"""The files of pydicom and pydicom-data, without its functions, which may download."""

from __future__ import annotations

from pathlib import Path

import data_store
import pydicom.data

FOLDERS = (
    Path(pydicom.data.__path__[0]) / "test_files",
    Path(data_store.__path__[0]) / "data",
)


def path_of(name: str) -> Path:
    """Where a file is."""
    return next(folder / name for folder in FOLDERS if (folder / name).exists())
