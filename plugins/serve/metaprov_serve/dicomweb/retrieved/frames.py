"""The pixels of frames, as they are stored or decoded, as a client accepts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import MetaprovError, with_frame
from metaprov_dicom import FRAME_IMAGE_IDS, FRAME_PIXEL_DATA
from metaprov_serve.dicomweb.exchange.media_types import (
    LITTLE_ENDIAN,
    NATIVE,
    OCTETS,
    media_type_of,
)
from metaprov_serve.http.errors import HttpError
from metaprov_serve.pictures import decoded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_core import Host
    from metaprov_modules import FramePixels
    from metaprov_serve.dicomweb.exchange.accept import Accepted

__all__ = [
    "Form",
    "Frame",
    "check_frame",
    "first_frame",
    "frame_numbers",
    "in_form",
    "number_of_frames",
]

_MOST_FRAMES: Final = 1_000


class Form(NamedTuple):
    """In which form frames are sent."""

    type: str
    transfer_syntax: str
    is_decoded: bool
    multipart: bool

    @property
    def content_type(self) -> str:
        """That of a frame."""
        return f"{self.type}; transfer-syntax={self.transfer_syntax}"


class Frame(NamedTuple):
    """A frame to be sent, and in which form."""

    data: bytes
    form: Form


def frame_numbers(text: str) -> list[int]:
    """The frames of a list ``1,3``. Raises HttpError, 400, for anything else."""
    numbers = [part.strip() for part in text.split(",")]
    if not all(each.isascii() and each.isdigit() and len(each) <= 9 for each in numbers):
        raise HttpError(400, f"frames are whole numbers with commas between: not {text!r:.100}")
    if len(numbers) > _MOST_FRAMES:
        raise HttpError(400, f"{len(numbers)} frames are asked for, and {_MOST_FRAMES} is the most")
    if 0 in map(int, numbers):
        raise HttpError(400, "frames are counted from 1: there is no frame 0")
    return list(map(int, numbers))


def number_of_frames(host: Host, image_id: str) -> int:
    """How many frames an image has. Raises MetaprovError where its header cannot be read."""
    return len(host.get(FRAME_IMAGE_IDS, image_id) or (image_id,))


def first_frame(
    host: Host, image_id: str, numbers: Sequence[int], ranges: Sequence[Accepted]
) -> Frame:
    """The first of some frames, in the first form that is accepted and that can be made of it.

    Several frames are sent in parts. Raises HttpError: 404 for a frame that is not there, 406 for
    one that is in none of the forms.
    """
    if len(numbers) > 1:
        check_frame(host, image_id, max(numbers))
    stored = _stored(host, image_id, numbers[0])
    reason = ""
    for form in _forms(stored.transfer_syntax_uid, ranges, several=len(numbers) > 1):
        try:
            return in_form(host, image_id, numbers[0], form, stored)
        except MetaprovError as error:
            # Nobody here can decode it: the client may take it as it is.
            reason = f": {error}"
    raise HttpError(
        406,
        f"the frame is stored in {stored.transfer_syntax_uid}, of type "
        f"{media_type_of(stored.transfer_syntax_uid)}, and what is accepted cannot be made of it"
        f"{reason}",
    )


def in_form(
    host: Host, image_id: str, number: int, form: Form, stored: FramePixels | None = None
) -> Frame:
    """A frame in the form of those before it. Raises HttpError and MetaprovError."""
    if form.is_decoded:
        return Frame(decoded(host, with_frame(image_id, number)).data, form)
    return Frame((stored or _stored(host, image_id, number)).data, form)


def _stored(host: Host, image_id: str, number: int) -> FramePixels:
    try:
        pixels = host.get(FRAME_PIXEL_DATA, with_frame(image_id, number))
    except MetaprovError:
        # Counted only now, for few ask for frames that are not there.
        check_frame(host, image_id, number)
        raise
    if pixels is None:
        raise HttpError(404, "the instance has no pixels that are stored frame by frame")
    return pixels


def check_frame(host: Host, image_id: str, number: int) -> None:
    """Raise HttpError, 404, for a frame that an image does not have."""
    count = number_of_frames(host, image_id)
    if number > count:
        has = "1 frame" if count == 1 else f"{count} frames"
        raise HttpError(404, f"there is no frame {number}: the image has {has}")


def _forms(stored: str, ranges: Sequence[Accepted], *, several: bool) -> list[Form]:
    """The forms that are accepted, best first."""
    forms = []
    for range in ranges:
        multipart = range.multipart is not False
        if several and not multipart:
            continue
        syntax = range.transfer_syntax
        is_little_endian = stored in NATIVE
        own_type = media_type_of(stored)
        if range.type == OCTETS:
            if syntax in {"*", stored}:
                forms.append(Form(OCTETS, stored, False, multipart))
            elif syntax in {None, LITTLE_ENDIAN}:
                forms.append(Form(OCTETS, LITTLE_ENDIAN, not is_little_endian, multipart))
        elif range.includes(own_type) and syntax in {None, "*", stored}:
            forms.append(Form(own_type, stored, False, multipart))
        elif range.includes(OCTETS) and syntax == LITTLE_ENDIAN:
            forms.append(Form(OCTETS, LITTLE_ENDIAN, not is_little_endian, multipart))
    return forms
