"""Finding the images in a folder, in the order of their series."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core import MetadataReadError, parse_image_id, with_frame
from metaprov_dicom.file.reader import NotDicomError, read_instance
from metaprov_dicom.frames.image_ids import FrameImageIds
from metaprov_dicom.frames.number import number_of_frames

from .series_order import series_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_dicom.instance.instance import Instance

__all__ = ["FoundFile", "file_at", "image_id_of", "series_in"]

_log: Final = logging.getLogger("metaprov_dicom")


class FoundFile(NamedTuple):
    """What the order and the ids of a file's images follow from."""

    path: str
    series: str | None
    #: InstanceNumber; None where there is none that is a number.
    number: int | None
    frames: int

    def frame_ids(self) -> Sequence[str]:
        """The id of the image, or of each of its frames if it has several."""
        image_id = image_id_of(self.path)
        return (image_id,) if self.frames == 1 else FrameImageIds(image_id, self.frames)


def image_id_of(path: str) -> str:
    """The id of the image in a file, however many frames it has."""
    image_id = f"dicomfile:{path}"
    # Where the name of the file ends like a frame, only an id with a frame behind it will do.
    ends_like_a_frame = parse_image_id(image_id).frame is not None
    return with_frame(Path(path).as_uri(), 1) if ends_like_a_frame else image_id


def file_at(path: str) -> FoundFile:
    """One file. Raises MetadataReadError for one that cannot be read or is not DICOM."""
    return _file(path, read_instance(path))


def series_in(folder: str, *, below: bool) -> Iterator[list[FoundFile]]:
    """The DICOM files in a folder, and below it if that is wanted, series by series.

    The images of a series come by InstanceNumber, then path; the series by their first path. What
    is not DICOM is passed over, and so is a DICOMDIR, which only lists what is found anyway; DICOM
    that cannot be read is passed over with a warning in the log ``metaprov_dicom``.
    """
    series: dict[Any, list[FoundFile]] = {}
    for path in _files(folder, below):
        try:
            header = read_instance(path)
            if "DirectoryRecordSequence" in header:
                continue
            file = _file(path, header)
        except NotDicomError:
            continue
        except MetadataReadError as error:
            _log.warning("passed over: %s", error)
            continue
        # A file without a series is a series of its own.
        series.setdefault(file.series or (path,), []).append(file)
    for files in series.values():
        yield sorted(files, key=lambda file: series_order(file.number, file.path))


def _file(path: str, header: Instance) -> FoundFile:
    number = header.get("InstanceNumber")
    return FoundFile(
        path,
        header.get("SeriesInstanceUID"),
        number if isinstance(number, int) else None,
        number_of_frames(header),
    )


def _files(folder: str, below: bool) -> list[str]:
    """The files in a folder, and below it if that is wanted, in the order of their paths."""
    folders = os.walk(folder)
    searched = folders if below else [next(folders, (folder, [], []))]
    return sorted(str(Path(directory, name)) for directory, _, names in searched for name in names)
