"""Finding NIfTI files: in and below a folder, one folder after the other."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metaprov_core import MetadataReadError, parse_image_id

from .errors import NotNiftiError
from .frame_ids import SCHEME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["find_below", "is_folder"]

_log: Final = logging.getLogger("metaprov_nifti")


def is_folder(source: str) -> bool:
    """Whether a source is the path of a folder, whose name may end as a file's."""
    id = parse_image_id(source)
    is_path = id.scheme == SCHEME or not source.lower().startswith(f"{id.scheme}:")
    return is_path and Path(id.rest).is_dir()


def find_below(folder: str, ids_of: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """What ``ids_of`` gives of each NIfTI file, by name: those of a folder before those below it.

    What only ends like NIfTI is left out; what is damaged, and folders that cannot be read, are
    passed over with a warning in the log. Links to folders are not followed.
    """
    files, folders = _entries(folder)
    for path in files:
        try:
            yield from ids_of(path)
        except NotNiftiError:
            continue
        except MetadataReadError as error:
            _log.warning("passed over: %s", error)
    for below in folders:
        yield from find_below(below, ids_of)


def _entries(folder: str) -> tuple[list[str], list[str]]:
    """The NIfTI files of a folder, by their endings, and the folders in it, by name."""
    files, folders = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir():
                    if not entry.is_symlink():
                        folders.append(entry.path)
                elif "." in entry.name and parse_image_id(entry.path).scheme == SCHEME:
                    files.append(entry.path)
    except FileNotFoundError:
        pass  # gone since it was listed
    except OSError as error:
        _log.warning("passed over: %s", MetadataReadError(folder, error.strerror or str(error)))
    return files, folders
