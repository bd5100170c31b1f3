"""Reading one folder: which of its files are DICOM, in the order of their series."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import MetadataReadError, base_image_id, parse_image_id, with_frame
from metaprov_dicom.file.reader import read_instance
from metaprov_dicom.file.sources import NotDicomError
from metaprov_dicom.frames.image_ids import FrameImageIds
from metaprov_dicom.frames.number import number_of_frames

from .series_order import series_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metaprov_dicom.instance.instance import Instance

__all__ = [
    "FILE_SCHEME",
    "FolderContent",
    "FoundFile",
    "content_of",
    "found_file",
    "frame_ids",
    "image_id_of",
    "is_of_another_plugin",
    "series_of",
    "warn_of",
]

_log: Final = logging.getLogger("metaprov_dicom")

FILE_SCHEME: Final = "dicomfile"


class FoundFile(NamedTuple):
    """What the order and the ids of a file's images follow from."""

    path: str
    series: str | None
    #: InstanceNumber; None where there is none that is a number.
    number: int | None
    frames: int

    def place(self) -> tuple[float | str, ...]:
        """A key to sort the files of a series by: InstanceNumber, then path."""
        return series_order(self.number, self.path)


class FolderContent(NamedTuple):
    """What is in a folder."""

    #: Its DICOM files, series by series; the key of a file without a series is its path, in a
    #: tuple. The series come by their first path, their files by InstanceNumber, then path.
    series: dict[str | tuple[str], list[FoundFile]]
    #: The folders in it, in the order of their names; links are not followed.
    folders: list[str]
    #: DICOM that cannot be read, and why.
    passed_over: list[MetadataReadError]


def series_of(header: Instance) -> str | None:
    """The SeriesInstanceUID of an image; of several values, which no image should have, all."""
    uid = header.get("SeriesInstanceUID")
    return "\\".join(map(str, uid)) if isinstance(uid, tuple) else uid


def is_of_another_plugin(path: str) -> bool:
    """Whether the ending of a path is another plugin's; ``dicomfile:`` before it overrules that."""
    # Only an ending can be claimed, and many archives have names without one.
    return "." in path and parse_image_id(path).scheme != FILE_SCHEME


def image_id_of(path: str) -> str:
    """The id of the image in a file, however many frames it has."""
    image_id = f"{FILE_SCHEME}:{path}"
    # Where the name of the file ends like a frame, only an id with a frame behind it will do.
    if "frame" in path and parse_image_id(image_id).frame is not None:
        return with_frame(Path(path).as_uri(), 1)
    # As every cache has it: where the path has backslashes, the id has slashes.
    return image_id if os.sep == "/" else base_image_id(image_id)


def frame_ids(path: str, frames: int) -> Sequence[str]:
    """The id of the image in a file, or of each of its frames if it has several."""
    image_id = image_id_of(path)
    return (image_id,) if frames == 1 else FrameImageIds(image_id, frames)


def found_file(path: str, header: Instance) -> FoundFile:
    """What is to be known of a file. Raises MetadataReadError where it ends before it says so."""
    number = header.get("InstanceNumber")
    return FoundFile(
        path,
        series_of(header),
        number if isinstance(number, int) else None,
        number_of_frames(header),
    )


def _nothing(_image_id: str) -> None:
    """No header is known."""


def content_of(folder: str, known: Callable[[str], Instance | None] = _nothing) -> FolderContent:
    """Read one folder, and none below it, but for the files whose headers are known, by their ids.

    What is not DICOM is left out, what is another plugin's by its ending is not even opened, and a
    DICOMDIR only lists what is found anyway. A folder that is gone is empty.
    """
    content = FolderContent({}, [], [])
    for path in _entries(folder, content):
        if is_of_another_plugin(path):
            continue
        try:
            header = known(image_id_of(path))
            if header is None:
                header = read_instance(path)
            if "DirectoryRecordSequence" in header:
                continue
            file = found_file(path, header)
        except NotDicomError:
            continue
        except MetadataReadError as error:
            content.passed_over.append(error)
            continue
        # A file without a series is a series of its own.
        content.series.setdefault(file.series or (path,), []).append(file)
    for files in content.series.values():
        files.sort(key=FoundFile.place)
    return content


def warn_of(content: FolderContent) -> None:
    """Say in the log what was passed over."""
    for error in content.passed_over:
        _log.warning("passed over: %s", error)


def _entries(folder: str, content: FolderContent) -> list[str]:
    """The files of a folder, in the order of their names; the folders in it go to its content."""
    files = []
    try:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if not _is_folder(entry):
                    files.append(entry.path)
                elif not entry.is_symlink():
                    content.folders.append(entry.path)
    except FileNotFoundError:
        pass
    except OSError as error:
        content.passed_over.append(MetadataReadError(folder, error.strerror or str(error)))
    return files


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
