"""Finding the images in a folder, in the order of their series."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core import MetadataReadError, parse_image_id, with_frame

from .frames import number_of_frames
from .reader import NotDicomError, read_instance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .instance import Instance

__all__ = ["find_images"]

_log: Final = logging.getLogger("metaprov_dicom")


def find_images(path: str) -> Iterator[str]:
    """The image ids of a file, or of all DICOM files in and below a folder; one for each frame.

    The images of a series follow each other by InstanceNumber, then path; the series by their
    first path. What is no DICOM is passed over in a folder, and so is a DICOMDIR, which only lists
    what is found anyway; what is DICOM and cannot be read is passed over with a warning in the log
    ``metaprov_dicom``. An image with several frames has the ids of its frames.

    Raises MetadataReadError for a path that does not exist, and for a file that is no DICOM.
    """
    # Not resolve(): an id names the path that was given, symbolic links and all.
    path = os.path.abspath(path)  # noqa: PTH100
    if Path(path).is_dir():
        return _ids(_in_folder(path))
    return _ids([_Found.at(path, read_instance(path))])


class _Found(NamedTuple):
    """What the order and the ids of a file's images follow from."""

    path: str
    series: str | None
    #: Images without InstanceNumber come last.
    number: float
    frames: int

    @classmethod
    def at(cls, path: str, header: Instance) -> _Found:
        number = header.get("InstanceNumber")
        return cls(
            path,
            header.get("SeriesInstanceUID"),
            number if isinstance(number, int) else float("inf"),
            number_of_frames(header),
        )


def _in_folder(folder: str) -> Iterator[_Found]:
    """The DICOM files below a folder, series by series."""
    series: dict[Any, list[_Found]] = {}
    for path in _files(folder):
        try:
            header = read_instance(path)
        except NotDicomError:
            continue
        except MetadataReadError as error:
            _log.warning("passed over: %s", error)
            continue
        if "DirectoryRecordSequence" not in header:
            found = _Found.at(path, header)
            # A file of no series is one of its own.
            series.setdefault(found.series or (path,), []).append(found)
    for files in series.values():
        yield from sorted(files, key=_order)


def _order(found: _Found) -> tuple[float, str]:
    return found.number, found.path


def _files(folder: str) -> list[str]:
    """The files below a folder, in the order of their paths."""
    return sorted(
        str(Path(directory, name)) for directory, _, names in os.walk(folder) for name in names
    )


def _ids(files: Iterable[_Found]) -> Iterator[str]:
    for file in files:
        image_id = f"dicomfile:{file.path}"
        name_ends_like_a_frame = parse_image_id(image_id).frame is not None
        if name_ends_like_a_frame:
            image_id = Path(file.path).as_uri()
        if file.frames == 1 and not name_ends_like_a_frame:
            yield image_id
        else:
            yield from (with_frame(image_id, frame) for frame in range(1, file.frames + 1))
