"""Which frame of an image is meant, and how many frames it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataReadError, note, parse_image_id
from metaprov_dicom.instance.instance import Instance
from metaprov_dicom.instance.native import NATIVE, STORED_SAMPLES
from metaprov_dicom.values.dictionary import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_dicom.instance.instance import Elements

__all__ = ["FrameInstance", "check_frame", "frame_number", "no_frame", "number_of_frames"]

_PER_FRAME: Final = ATTRIBUTES["PerFrameFunctionalGroupsSequence"].tag


class FrameInstance(Instance):
    """One frame of an image with functional groups.

    It has neither of the two sequences of groups, which may be what counts the frames.
    """

    __slots__ = ()

    def __init__(self, elements: Elements, number_of_frames: int) -> None:
        super().__init__(elements)
        self.keep_number_of_frames(number_of_frames)


def number_of_frames(instance: Mapping[str, Any]) -> int:
    """How many frames an image has.

    NumberOfFrames if it is 1 or more, else the items of the per-frame sequence, else 1. Never more
    than the items there are, or than native pixel data hold (PS3.3 C.7.6.6, PS3.5 8.1.1), with a
    note where those say less.
    """
    # Asked with each question about a frame.
    known = instance.known_number_of_frames if isinstance(instance, Instance) else None
    if known is not None:
        return known
    declared = instance.get("NumberOfFrames")
    items = _items(instance)
    if not isinstance(declared, int) or declared < 1:
        frames = items or 1
    else:
        # An image has one frame at least, and few that say so are wrong.
        held = (items, _frames_in_pixels(instance)) if declared > 1 else ()
        frames = min([declared, *filter(None, held)])
        if frames < declared:
            note(f"NumberOfFrames (0028,0008) is {declared}, and there are {frames}")
            return frames
    if isinstance(instance, Instance):
        instance.keep_number_of_frames(frames)
    return frames


def _items(instance: Mapping[str, Any]) -> int:
    if isinstance(instance, Instance):
        return len(instance.sequence(_PER_FRAME))
    return len(instance.get("PerFrameFunctionalGroupsSequence") or ())


def _frames_in_pixels(instance: Mapping[str, Any]) -> int | None:
    """How many frames native pixel data of known length hold, at least 1; None where it is not."""
    length = instance.length_of_pixels() if isinstance(instance, Instance) else None
    if not length or instance.get("TransferSyntaxUID") not in NATIVE:
        return None
    size = 1.0
    for keyword in ("Rows", "Columns", "SamplesPerPixel", "BitsAllocated"):
        number = instance.get(keyword)
        if not isinstance(number, int) or number <= 0:
            return None
        if keyword == "SamplesPerPixel":
            number = STORED_SAMPLES.get(instance.get("PhotometricInterpretation", ""), number)
        size *= number
    return max(1, int(length * 8 // size))


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
        raise no_frame(image_id, frame, frames)
    return frame


def no_frame(name: str, frame: int, frames: int) -> MetadataReadError:
    """What is raised for a frame that an image of so many frames does not have."""
    has = "1 frame" if frames == 1 else f"{frames} frames"
    return MetadataReadError(name, f"there is no frame {frame}; the image has {has}")


def check_frame(instance: Mapping[str, Any], image_id: str) -> None:
    """Raise MetadataReadError where the image does not have the frame that an image id names."""
    frame_number(instance, image_id)
