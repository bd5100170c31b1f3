"""The images in some files: their headers and frames, and the files that have none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from metaprov_core import (
    MetadataNotFoundError,
    MetadataReadError,
    base_image_id,
    parse_image_id,
    with_frame,
)
from metaprov_modules import FRAME_IMAGE_IDS, INSTANCE

from .failures import NOT_DICOM, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_core import Host
    from metaprov_table.files import File

    from .failures import Failures

__all__ = ["Image", "images_of"]

#: What a DICOMDIR has, and no image (PS3.3 F.3.2.2).
_DIRECTORY = "DirectoryRecordSequence"


#: Every DICOM object has the first two (PS3.3 C.12.1), and every image has rows.
_WHAT_IMAGES_HAVE = frozenset({"SOPClassUID", "SOPInstanceUID", "Rows"})


class Image(NamedTuple):
    """An image, or one of the frames of a file with several."""

    #: As the host has it: `id_as_text` for a column.
    id: str
    file: File
    #: Counted from 1.
    frame: int
    #: The header of the file; None where a plugin has none.
    header: Mapping[str, Any] | None


def images_of(host: Host, files: Sequence[File], failures: Failures) -> Iterator[Image]:
    """The images in some files, in their order; for a file that has none, a failure says why."""
    ids = {file: _image_id_of(file.path) for file in files if _is_there(file, failures)}
    # Of files it would be for nothing; what is behind a URL is fetched side by side.
    if elsewhere := [image_id for file, image_id in ids.items() if file.size is None]:
        host.prefetch(elsewhere)
    headers = host.get_many(INSTANCE, ids.values(), return_exceptions=True)
    frames = host.get_many(FRAME_IMAGE_IDS, ids.values(), return_exceptions=True)
    for (file, image_id), header, of_file in zip(ids.items(), headers, frames, strict=True):
        if isinstance(header, Exception):
            failures.add_file(host, file, header, INSTANCE, image_id)
        elif isinstance(of_file, Exception):
            failures.add_error(file, FRAME_IMAGE_IDS, of_file, image_id)
        elif header is None:
            yield from _images_found(host, file, failures)
        elif isinstance(header, Mapping) and _DIRECTORY in header:
            failures.add(file, NOT_DICOM, "it is a DICOMDIR, which lists other files")
        elif isinstance(header, Mapping) and _WHAT_IMAGES_HAVE.isdisjoint(header):
            _add_what_is_no_image(file, header, image_id, failures)
        else:
            has = header if isinstance(header, Mapping) else None
            frame_ids = of_file if of_file is not None and len(of_file) > 1 else (image_id,)
            for number, each in enumerate(frame_ids, 1):
                yield Image(each, file, number, has)


def _add_what_is_no_image(
    file: File, header: Mapping[str, Any], image_id: str, failures: Failures
) -> None:
    """Why a header names no object: it breaks off before, or is none."""
    try:
        dict(header)
    except MetadataReadError as error:
        failures.add_error(file, INSTANCE, error, image_id)
    else:
        failures.add(file, NOT_DICOM, "its header has neither SOPClassUID nor Rows")


def _is_there(file: File, failures: Failures) -> bool:
    """Whether there is anything to ask about, as far as who looked for files knows."""
    if file.failure is None:
        return True
    failures.add(file, OPEN, file.failure)
    return False


def _image_id_of(path: str) -> str:
    """The id of the image in a file, however many frames it has."""
    base = base_image_id(path)
    if parse_image_id(path).frame is None and base_image_id(base) == base:
        return base
    # Where the name of the file ends like a frame, only an id with a frame behind it will do.
    url = path if path.startswith("file:") else Path(path).as_uri()
    return with_frame(url, 1)


def _images_found(host: Host, file: File, failures: Failures) -> Iterator[Image]:
    """The images of a file whose plugin has no header of them."""
    try:
        for number, image_id in enumerate(host.find_images(file.path), 1):
            yield Image(image_id, file, number, None)
    except MetadataNotFoundError:
        failures.add(file, NOT_DICOM, "no plugin finds an image in it")
    except Exception as error:
        failures.add_file(host, file, error, "find_images", file.path)
