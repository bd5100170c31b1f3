"""The pixels of one frame of a DICOM file that a server sends whole."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from metaprov_dicom import number_of_frames
from metaprov_dicomweb.http.requests import read
from metaprov_dicomweb.server.errors import failed
from metaprov_modules import FramePixels

from .multipart import only_part
from .native import native_length
from .part10 import OBJECT, refuse_another

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydicom import FileDataset
    from pydicom.uid import UID

    from metaprov_dicomweb.server.urls import Url
    from metaprov_modules import PixelElement

__all__ = ["read_stored_frame"]

_ELEMENTS: Final[Mapping[PixelElement, int]] = {
    "PixelData": 0x7FE00010,
    "FloatPixelData": 0x7FE00008,
    "DoubleFloatPixelData": 0x7FE00009,
}


def read_stored_frame(
    url: Url, accept: Sequence[str], uid: str | None, frame: int
) -> FramePixels | None:
    """The pixels of a frame, counted from 1, of the DICOM file behind a URL, read whole.

    ``uid`` is the SOPInstanceUID that was asked for; None where the URL names none. None for a file
    without pixels. Raises MetadataReadError, also for a frame that the file does not have.
    """
    answer = read(url, *accept, service="object" if accept is OBJECT else "wado")
    try:
        file, _ = only_part(answer.body, answer.content_type)
    except ValueError as error:
        reason = str(error)
    else:
        dataset = _dataset_in(file, url)
        refuse_another(url, uid, str(dataset.get("SOPInstanceUID", "")))
        return _frame_of(dataset, frame, url)
    # Outside of the block: what the server said is no context of the error.
    raise failed(url, reason)


def _dataset_in(file: bytes, url: Url) -> FileDataset:
    from pydicom import dcmread

    try:
        return dcmread(io.BytesIO(file))
    except Exception as error:
        # pydicom raises any error for damaged bytes.
        raise failed(
            url, f"the answer is no DICOM file, or damaged: {type(error).__name__}"
        ) from None


def _frame_of(dataset: FileDataset, frame: int, url: Url) -> FramePixels | None:
    element = next((name for name, tag in _ELEMENTS.items() if tag in dataset), None)
    if element is None:
        return None
    try:
        value: Any = dataset.get_item(_ELEMENTS[element])
        syntax = dataset.file_meta.TransferSyntaxUID
        data = _data_of(dataset, bytes(value.value or b""), syntax, frame)
    except Exception as error:
        # pydicom raises any error for damaged bytes.
        reason = str(error)
    else:
        return FramePixels(data=data, transfer_syntax_uid=str(syntax), element=element)
    raise failed(url, reason)


def _data_of(dataset: FileDataset, value: bytes, syntax: UID, frame: int) -> bytes:
    frames = number_of_frames(dataset)
    if not 1 <= frame <= frames:
        has = "1 frame" if frames == 1 else f"{frames} frames"
        raise ValueError(f"there is no frame {frame}; the image has {has}")
    if syntax.is_encapsulated:
        return _encapsulated(dataset, value, frame, frames)
    length = native_length(dataset)
    if length is None:
        raise ValueError("Rows, Columns or BitsAllocated is missing: how large is a frame?")
    data = value[(frame - 1) * length : frame * length]
    if len(data) != length:
        raise ValueError(f"the pixels end before the end of frame {frame}")
    return data


def _encapsulated(dataset: FileDataset, value: bytes, frame: int, frames: int) -> bytes:
    from pydicom.encaps import get_frame

    offsets = dataset.get("ExtendedOffsetTable"), dataset.get("ExtendedOffsetTableLengths")
    tables = offsets if all(offsets) else None
    return get_frame(value, frame - 1, number_of_frames=frames, extended_offsets=tables)
