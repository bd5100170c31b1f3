"""The pixels of one frame: from the server's frames, or from the whole image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import note, parse_image_id
from metaprov_dicom import bits_of_frame
from metaprov_modules import FramePixels

from .headers.series import UNAVAILABLE
from .server.errors import StatusError, failed
from .services.frames import read_frame
from .services.part10 import AS_STORED, OBJECT, read_frame_of_file
from .services.wado_uri import object_uid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_dicom import Instance
    from metaprov_modules import PixelElement

    from .server.urls import Url
    from .services.frames import FrameAnswer
    from .services.wado_rs import ImageUrl

__all__ = ["fetch_frame", "fetch_frame_of_object"]

#: Statuses of a server that does not give this frame; 500 is that of Orthanc for big endian ones.
_NO_FRAME: Final = UNAVAILABLE | {500}
_EXPLICIT_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1"
_LITTLE_ENDIAN: Final = frozenset(
    {"1.2.840.10008.1.2", _EXPLICIT_LITTLE_ENDIAN, "1.2.840.10008.1.2.1.99"}
)
_NATIVE: Final = _LITTLE_ENDIAN | {"1.2.840.10008.1.2.2"}
_JPEG: Final = (b"\xff\xd8\xff",)
_JPEG_2000: Final = (b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  ")
#: How compressed frames begin, by the start of the UID of their transfer syntax.
_BEGINNINGS: Final = {
    "1.2.840.10008.1.2.4.5": _JPEG,
    "1.2.840.10008.1.2.4.6": _JPEG,
    "1.2.840.10008.1.2.4.7": _JPEG,
    "1.2.840.10008.1.2.4.8": _JPEG,
    "1.2.840.10008.1.2.4.9": _JPEG_2000,
    "1.2.840.10008.1.2.4.20": _JPEG_2000,
    # So many segments, and the first one is behind the 64 bytes of their places (PS3.5 G.5).
    "1.2.840.10008.1.2.5": tuple(bytes((count, 0, 0, 0, 64, 0, 0, 0)) for count in range(1, 16)),
}
#: Of frames of floating-point numbers, by BitsAllocated: these have no BitsStored (PS3.3 C.7.6.24).
_FLOAT: Final[Mapping[int, PixelElement]] = {32: "FloatPixelData", 64: "DoubleFloatPixelData"}


class _DoubtfulError(Exception):
    """What a server sent may be a frame, and cannot be told from a wrong one."""


def fetch_frame(url: ImageUrl, frame: int, header: Instance) -> FramePixels | None:
    """The pixels of a frame, counted from 1, of an image whose header is known.

    Where the server gives no frames, or does not say what it gave, the whole image is read, for
    this frame alone. None where the image has no pixels. Raises MetadataReadError.
    """
    if header.get("Rows") is None or header.get("Columns") is None:
        note("the image has no pixels: it has no Rows (0028,0010) and Columns (0028,0011)")
        return None
    place = url.frame(frame)
    try:
        answer = read_frame(place)
    except StatusError as error:
        if error.status not in _NO_FRAME:
            raise
        missing = error
    else:
        try:
            return _pixels_in(answer, frame, header, place)
        except _DoubtfulError as doubt:
            note(f"{doubt}: the whole image was read for the frame")
        return _from_image(url, frame)
    note(f"the server gives no frames: the whole image was read for this one: {missing}")
    try:
        return _from_image(url, frame)
    except StatusError as error:
        if error.status not in _NO_FRAME:
            raise
    raise missing


def fetch_frame_of_object(url: Url, image_id: str) -> FramePixels | None:
    """The pixels of the frame of a ``wadouri:`` id, from the file behind its URL.

    None where the image has no pixels. Raises MetadataReadError.
    """
    frame = parse_image_id(image_id).frame
    return read_frame_of_file(url, OBJECT, object_uid(url), 1 if frame is None else frame)


def _from_image(url: ImageUrl, frame: int) -> FramePixels | None:
    return read_frame_of_file(url.url, AS_STORED, url.uid, frame)


def _pixels_in(answer: FrameAnswer, frame: int, header: Instance, place: Url) -> FramePixels:
    bits = bits_of_frame(header, str(place._replace(query="")))
    length = (bits + 7) // 8
    uid = answer.transfer_syntax_uid or _unnamed_syntax(answer, header, length)
    data = answer.data
    if uid in _NATIVE:
        if bits % 8 and frame > 1:
            raise _DoubtfulError("it is not said on which bit of the answer the frame begins")
        if len(data) == length + 1 and length % 2:
            # A value has an even number of bytes (PS3.5 6.2).
            data = data[:length]
        if len(data) != length:
            raise failed(
                place,
                f"the frame has {len(data)} bytes, and by Rows, Columns, SamplesPerPixel and "
                f"BitsAllocated {length}",
            )
        if _is_of_other_colours(header):
            raise _DoubtfulError("the server decompressed the frame, and does not say its colours")
    elif not _begins_as(data, uid):
        raise failed(place, f"the frame is not of the transfer syntax {uid}, as the server says")
    element: PixelElement = "PixelData"
    if header.get("BitsStored") is None:
        element = _FLOAT.get(header.get("BitsAllocated", 0), element)
    return FramePixels(data=data, transfer_syntax_uid=uid, element=element)


def _unnamed_syntax(answer: FrameAnswer, header: Mapping[str, Any], length: int) -> str:
    """The transfer syntax of an answer that names none; raises _DoubtfulError for any of several.

    By the standard that is the default of the media type, little endian for plain bytes. Many
    servers send what is stored, and some a picture of it.
    """
    stored = _stored_syntax(header)
    if answer.syntaxes is None:
        if stored not in _NATIVE and stored is not None and _begins_as(answer.data, stored):
            return stored
        if stored in _LITTLE_ENDIAN or (stored not in _NATIVE and len(answer.data) == length):
            return _EXPLICIT_LITTLE_ENDIAN
    elif stored is not None and stored in answer.syntaxes:
        return stored
    elif answer.syntaxes[0] not in _PICTURES:
        return answer.syntaxes[0]
    raise _DoubtfulError("the server does not say in which transfer syntax the frame is")


#: The default of image/jpeg, in which pictures for people come, too.
_PICTURES: Final = frozenset({"1.2.840.10008.1.2.4.70"})


def _stored_syntax(header: Mapping[str, Any]) -> str | None:
    # Of several that the server can give, nobody says which is stored.
    available = header.get("AvailableTransferSyntaxUID")
    if isinstance(available, tuple | list) and len(available) == 1:
        (available,) = available
    # That may be asked for from the image itself.
    uid = available if isinstance(available, str) else header.get("TransferSyntaxUID")
    return uid if isinstance(uid, str) else None


def _is_of_other_colours(header: Mapping[str, Any]) -> bool:
    """Whether a native frame may be RGB by now, and was YBR when it was compressed."""
    if not str(header.get("PhotometricInterpretation", "")).startswith("YBR"):
        return False
    return _stored_syntax(header) not in _NATIVE


def _begins_as(data: bytes, uid: str) -> bool:
    for start, beginnings in _BEGINNINGS.items():
        if uid.startswith(start):
            return data.startswith(beginnings)
    return True
