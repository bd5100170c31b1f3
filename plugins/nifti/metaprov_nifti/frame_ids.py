"""The ids of files and their frames, and which frame an id means."""

from __future__ import annotations

import os
from typing import Final

from metaprov_core import base_image_id, parse_image_id, with_frame

__all__ = ["FRAME_MARK", "SCHEME", "image_id_of", "image_ids_of", "split_id"]

SCHEME: Final = "nifti"
#: What most ids of frames have before the number.
FRAME_MARK: Final = "?frame="


def image_id_of(path: str) -> str:
    """The id of the image in a file, however many frames it has."""
    image_id = f"{SCHEME}:{path}"
    # As every cache has it: where the path has backslashes, the id has slashes.
    return image_id if os.sep == "/" else base_image_id(image_id)


def image_ids_of(base: str, frames: int) -> tuple[str, ...]:
    """The id of an image, or of each of its frames if it has several."""
    if frames == 1:
        return (base,)
    start = with_frame(base, 1).removesuffix("1")
    return tuple([f"{start}{number}" for number in range(1, frames + 1)])


def split_id(image_id: str) -> tuple[str, int]:
    """The image and the frame that an id means: the first where it names none."""
    id = parse_image_id(image_id)
    return id.base, 1 if id.frame is None else id.frame
