"""The DICOM files of instances, as they are stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from metaprov_core import parse_image_id
from metaprov_serve.dicomweb.indexed.archive import check_allowed
from metaprov_serve.http.errors import HttpError
from metaprov_serve.http.work import in_thread

from .headers import FILES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from metaprov_serve.dicomweb.indexed.archive import Archive

__all__ = ["existing_file", "opened", "pieces_of"]

_PIECE: Final = 2**20


def existing_file(archive: Archive, image_id: str) -> Path:
    """The file of an image. Raises HttpError where there is none that may be read."""
    check_allowed(archive, image_id)
    id = parse_image_id(image_id)
    if id.scheme != FILES:
        raise HttpError(
            404, "the instance is in no DICOM file here: ask for its metadata and its frames"
        )
    path = Path(id.rest)
    if not path.is_file():
        raise HttpError(404, "the file of the instance is gone")
    return path


def opened(path: Path) -> BinaryIO:
    """A file, to be read in pieces. Raises HttpError, 404, for one that cannot be opened."""
    try:
        return path.open("rb")
    except OSError as error:
        raise HttpError(404, f"the file of the instance cannot be read: {error.strerror}") from None


async def pieces_of(file: BinaryIO) -> AsyncIterator[bytes]:
    """The bytes of a file, which is closed then."""
    with file:
        while piece := await in_thread(file.read, _PIECE):
            yield piece
