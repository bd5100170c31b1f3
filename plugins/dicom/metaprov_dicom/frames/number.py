"""Which frame of an image is meant, and how many frames it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataReadError, parse_image_id
from metaprov_dicom.instance.dictionary import ATTRIBUTES
from metaprov_dicom.instance.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_dicom.instance.instance import Elements

__all__ = ["FrameInstance", "check_frame", "frame_number", "number_of_frames"]

_PER_FRAME: Final = ATTRIBUTES["PerFrameFunctionalGroupsSequence"].tag


class FrameInstance(Instance):
    """One frame of an image with functional groups.

    It has neither of the two sequences of groups, which may be what counts the frames.
    """

    __slots__ = ("number_of_frames",)

    def __init__(self, elements: Elements, number_of_frames: int) -> None:
        super().__init__(elements)
        #: How many frames the image has.
        self.number_of_frames: Final = number_of_frames


def number_of_frames(instance: Mapping[str, Any]) -> int:
    """NumberOfFrames if it is 1 or more, else the items of the per-frame sequence, else 1."""
    if isinstance(instance, FrameInstance):
        return instance.number_of_frames
    declared = instance.get("NumberOfFrames")
    if isinstance(declared, int) and declared >= 1:
        return declared
    if isinstance(instance, Instance):
        return len(instance.sequence(_PER_FRAME)) or 1
    return len(instance.get("PerFrameFunctionalGroupsSequence") or ()) or 1


def frame_number(instance: Mapping[str, Any], image_id: str) -> int:
    """The frame, counted from 1, that an image id names: 1 where it names none.

    Raises MetadataReadError where the image does not have that frame.
    """
    # Most ids name none, and this is asked for each of them.
    frame = parse_image_id(image_id).frame if "frame" in image_id else None
    if frame is None:
        return 1
    frames = number_of_frames(instance)
    if not 1 <= frame <= frames:
        has = "1 frame" if frames == 1 else f"{frames} frames"
        raise MetadataReadError(image_id, f"there is no frame {frame}; the image has {has}")
    return frame


def check_frame(instance: Mapping[str, Any], image_id: str) -> None:
    """Raise MetadataReadError where the image does not have the frame that an image id names."""
    frame_number(instance, image_id)
