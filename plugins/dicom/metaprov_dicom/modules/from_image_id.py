"""What follows from the image id itself, and from how many frames the image has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import parse_image_id
from metaprov_dicom.frames.image_ids import FrameImageIds
from metaprov_dicom.frames.number import frame_number, number_of_frames
from metaprov_modules import ImageUrlModule, UriModule

from .transfer_syntax import derive_transfer_syntax

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["frame_image_ids", "image_url", "uri"]

_INSTANCE_URL: Final = re.compile(r"wadors:(.*/instances/[^/?&]+)")


def uri(image_id: str) -> UriModule:
    """The URI module of an image id."""
    _, base, frame = parse_image_id(image_id)
    return UriModule(base, frame)


def frame_image_ids(instance: Mapping[str, Any], image_id: str) -> Sequence[str]:
    """The ids of the frames of an image, given its id without frame and the instance of any."""
    return FrameImageIds(image_id, number_of_frames(instance))


def image_url(instance: Mapping[str, Any], image_id: str) -> ImageUrlModule | None:
    """The image URL module of an image that a DICOMweb server has."""
    _, base, frame = parse_image_id(image_id)
    url = _INSTANCE_URL.fullmatch(base)
    if url is None:
        return None
    syntax = derive_transfer_syntax(instance, frame_number(instance, image_id))
    is_video = None if syntax is None else syntax.is_video
    picture = url[1] if frame is None else f"{url[1]}/frames/{frame}"
    rendered = url[1] if is_video else picture
    return ImageUrlModule(is_video, f"{rendered}/rendered", f"{picture}/thumbnail")
