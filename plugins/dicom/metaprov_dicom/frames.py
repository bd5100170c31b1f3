"""Frames: which one an image id names, and what a frame of an image says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataReadError, parse_image_id

from .dictionary import ATTRIBUTES
from .instance import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["FrameInstance", "frame_number", "instance_of_frame", "number_of_frames"]

_SHARED: Final = "SharedFunctionalGroupsSequence"
_PER_FRAME: Final = "PerFrameFunctionalGroupsSequence"

#: Groups that refer to other images, or to what an image was made from, instead of describing it.
_NOT_SPREAD: Final = frozenset(
    ATTRIBUTES[keyword].tag
    for keyword in (
        "ReferencedImageSequence",
        "DerivationImageSequence",
        "ConversionSourceAttributesSequence",
        "UnassignedSharedConvertedAttributesSequence",
        "UnassignedPerFrameConvertedAttributesSequence",
    )
)
_REFERENCES: Final = ("SOPClassUID", "SOPInstanceUID", "ReferencedSOPInstanceUID")
_NEVER_OVERLAID: Final = frozenset(
    ATTRIBUTES[keyword].tag
    for keyword in (
        "StudyInstanceUID",
        "SeriesInstanceUID",
        "SOPInstanceUID",
        "SOPClassUID",
        "InstanceNumber",
        "NumberOfFrames",
        "Rows",
        "Columns",
        "SpecificCharacterSet",
    )
)
_GROUPS: Final = frozenset({ATTRIBUTES[_SHARED].tag, ATTRIBUTES[_PER_FRAME].tag})


def number_of_frames(instance: Mapping[str, Any]) -> int:
    """NumberOfFrames if it is 1 or more, else the items of the per-frame sequence, else 1."""
    if isinstance(instance, FrameInstance):
        return instance.number_of_frames
    declared = instance.get("NumberOfFrames")
    if isinstance(declared, int) and declared >= 1:
        return declared
    return len(instance.get(_PER_FRAME) or ()) or 1


def frame_number(instance: Mapping[str, Any], image_id: str) -> int:
    """The frame, counted from 1, that an image id names: 1 where it names none.

    Raises MetadataReadError where the image does not have that frame.
    """
    frame = parse_image_id(image_id).frame
    if frame is None:
        return 1
    frames = number_of_frames(instance)
    if not 1 <= frame <= frames:
        has = "1 frame" if frames == 1 else f"{frames} frames"
        raise MetadataReadError(image_id, f"there is no frame {frame}; the image has {has}")
    return frame


def instance_of_frame(image: Instance, frame: int) -> Instance:
    """What an image says of one frame: the root, overlaid by the frame's functional groups.

    (PS3.3 C.7.6.16.) Where there are no functional groups, that is the image itself.
    """
    if _SHARED not in image and _PER_FRAME not in image:
        return image
    return FrameInstance(image, frame)


class FrameInstance(Instance):
    """One frame of an image with functional groups.

    It has neither of the two sequences of groups, which may be what counts the frames.
    """

    __slots__ = ("number_of_frames",)

    def __init__(self, image: Instance, frame: int) -> None:
        super().__init__(_FrameElements(image, frame))
        #: How many frames the image has.
        self.number_of_frames: Final = number_of_frames(image)


class _FrameElements:
    """The attributes of the root, overlaid by those of its shared and per-frame groups."""

    __slots__ = ("_image", "_overlay", "_tags")

    def __init__(self, image: Instance, frame: int) -> None:
        self._image: Final = image
        self._overlay: Final[dict[int, Any]] = {
            tag: value
            for groups in (_item(image, _SHARED, 1), _item(image, _PER_FRAME, frame))
            for tag, value in _spread(groups)
            if tag not in _NEVER_OVERLAID
        }
        self._tags: Final = frozenset(image.tags()) - _GROUPS | self._overlay.keys()

    def tags(self) -> list[int]:
        return sorted(self._tags)

    def __contains__(self, tag: int, /) -> bool:
        return tag in self._tags

    def value(self, tag: int) -> Any:
        return self._overlay[tag] if tag in self._overlay else self._image.value(tag)


def _item(image: Instance, sequence: str, number: int) -> Instance | None:
    items: tuple[Instance, ...] = image.get(sequence) or ()
    return items[number - 1] if number <= len(items) else None


def _spread(groups: Instance | None) -> Iterator[tuple[int, Any]]:
    """The groups of an item, each followed by the attributes of its first item."""
    if groups is None:
        return
    for tag in groups.tags():
        group = groups.value(tag)
        if not (isinstance(group, tuple) and group and isinstance(group[0], Instance)):
            continue
        yield tag, group
        if _describes_the_frame(tag, group[0]):
            values = ((inner, group[0].value(inner)) for inner in group[0].tags())
            yield from ((inner, value) for inner, value in values if value not in (None, ()))


def _describes_the_frame(tag: int, item: Instance) -> bool:
    is_private = tag >> 16 & 1
    return not (is_private or tag in _NOT_SPREAD or any(key in item for key in _REFERENCES))
