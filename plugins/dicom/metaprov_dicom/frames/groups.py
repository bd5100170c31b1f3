"""Frames: which one an image id names, and what a frame of an image says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from metaprov_core import MetadataReadError, parse_image_id
from metaprov_dicom.file.elements import WalkedItems
from metaprov_dicom.file.walk import NotUnderstood
from metaprov_dicom.instance.dictionary import ATTRIBUTES
from metaprov_dicom.instance.fields import put
from metaprov_dicom.instance.group_rules import NEVER_OVERLAID, NOT_SPREAD, REFERENCES
from metaprov_dicom.instance.instance import Instance, items_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metaprov_dicom.instance.fields import Fields, ValueOf

__all__ = [
    "FrameInstance",
    "describes_its_frames",
    "frame_number",
    "instance_of_frame",
    "number_of_frames",
]

_SHARED: Final = ATTRIBUTES["SharedFunctionalGroupsSequence"].tag
_PER_FRAME: Final = ATTRIBUTES["PerFrameFunctionalGroupsSequence"].tag

_SEQUENCES_OF_GROUPS: Final = frozenset({_SHARED, _PER_FRAME})
#: The frames of an image without functional groups.
_ALIKE: Final = object()
#: An overlay that changes nothing.
_EMPTY: Final = (None, ())


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


def describes_its_frames(image: Instance) -> bool:
    """Whether an image has functional groups (PS3.3 C.7.6.16), with one frame or with many."""
    return image.has(_PER_FRAME) or image.has(_SHARED)


def instance_of_frame(image: Instance, frame: int) -> Instance:
    """What an image says of one frame: the root, overlaid by the frame's functional groups.

    Where there are no functional groups, that is the image itself.
    """
    frames = image.frames
    if frames is None:
        frames = image.frames = _Frames(image) if describes_its_frames(image) else _ALIKE
    return frames.instance_of(image, frame) if isinstance(frames, _Frames) else image


class _Says(Protocol):
    """What functional groups say: some of the elements of an instance."""

    def noted_tags(self) -> Iterable[int]:
        """Their tags, in any order."""

    def __contains__(self, tag: int, /) -> bool: ...

    def value(self, tag: int) -> Any:
        """The natural value of an attribute that they say."""

    def read(self, wanted: Fields, fields: dict[str, Any], value: ValueOf) -> None:
        """Set the wanted fields that they say, and take out those that do not fit."""


class _Frames:
    """What the frames of an image have in common, and the last one that was asked for."""

    __slots__ = ("_common", "_last", "_number")

    def __init__(self, image: Instance) -> None:
        self._number: Final = number_of_frames(image)
        #: The root, overlaid by the groups that all frames share. It does not refer to the image,
        #: which refers to this.
        self._common: Final = _Common(_Overlaid(_groups_of(image, _SHARED, 1), image.anew()))
        self._last: tuple[int, FrameInstance] | None = None

    def instance_of(self, image: Instance, frame: int) -> FrameInstance:
        # Callers that want several modules ask for them frame by frame.
        last = self._last
        if last is None or last[0] != frame:
            groups = _groups_of(image, _PER_FRAME, frame)
            last = frame, FrameInstance(groups, self._common, self._number)
            self._last = last
        return last[1]


class _Common(Instance):
    """What is said of all frames of an image."""

    __slots__ = ("_fields",)

    def __init__(self, elements: _Overlaid) -> None:
        super().__init__(elements)
        self._fields: Final[dict[Fields, dict[str, Any]]] = {}

    def fields(self, wanted: Fields) -> dict[str, Any]:
        # Not to be changed: they are the same for each frame, and reading them anew would take
        # half the time of a frame.
        fields = self._fields.get(wanted)
        if fields is None:
            fields = super().fields(wanted)
            # What does not fit is read anew, so that each caller hears why.
            if len(fields) == sum(self.has(field.tag) for field in wanted.all):
                self._fields[wanted] = fields
        return fields


class FrameInstance(Instance):
    """One frame of an image with functional groups.

    It has neither of the two sequences of groups, which may be what counts the frames.
    """

    __slots__ = ("number_of_frames",)

    def __init__(self, groups: _Says, common: Instance, number_of_frames: int) -> None:
        super().__init__(_Overlaid(groups, common))
        #: How many frames the image has.
        self.number_of_frames: Final = number_of_frames


class _Overlaid:
    """Attributes, overlaid by those that functional groups say."""

    __slots__ = ("_groups", "_under")

    def __init__(self, groups: _Says, under: Instance) -> None:
        self._groups: Final = groups
        self._under: Final = under

    def tags(self) -> list[int]:
        tags = {*self._under.tags(), *self._groups.noted_tags()}
        return sorted(tag for tag in tags if tag in self)

    def __contains__(self, tag: int, /) -> bool:
        if tag in _SEQUENCES_OF_GROUPS:
            return False
        return tag in self._groups or self._under.has(tag)

    def value(self, tag: int) -> Any:
        value = self._groups.value(tag) if tag in self._groups else None
        return self._under.value(tag) if value in _EMPTY else value

    def sequence(self, tag: int) -> Sequence[Instance]:
        return items_in(self.value(tag))

    def read(self, wanted: Fields, fields: dict[str, Any], value: ValueOf) -> None:
        fields.update(self._under.fields(wanted))
        self._groups.read(wanted, fields, value)


def _groups_of(image: Instance, sequence: int, number: int) -> _Says:
    """What an item of a sequence of groups says."""
    items = image.sequence(sequence)
    if number > len(items):
        return _Groups(None)
    if isinstance(items, WalkedItems):
        try:
            return items.groups(number - 1)
        except NotUnderstood:
            pass
    return _Groups(items[number - 1])


class _Groups:
    """What an item of functional groups says: the groups, and what is in the first item of each."""

    __slots__ = ("_says",)

    def __init__(self, groups: Instance | None) -> None:
        #: By tag.
        self._says: Final[dict[int, Instance]] = {}
        if groups is not None:
            for tag in groups.tags():
                self._add(tag, groups)

    def _add(self, tag: int, groups: Instance) -> None:
        group = groups.sequence(tag)
        if not group:
            return
        self._says[tag] = groups
        if _describes_the_frame(tag, group[0]):
            for inner in group[0].tags():
                if inner in NEVER_OVERLAID:
                    continue
                if inner not in self._says or group[0].value(inner) not in _EMPTY:
                    self._says[inner] = group[0]

    def noted_tags(self) -> Iterable[int]:
        return self._says

    def __contains__(self, tag: int, /) -> bool:
        return tag in self._says

    def value(self, tag: int) -> Any:
        return self._says[tag].value(tag)

    def read(self, wanted: Fields, fields: dict[str, Any], value: ValueOf) -> None:
        for field in wanted.all:
            if field.tag in self._says:
                put(fields, field, value(field.tag))


def _describes_the_frame(tag: int, item: Instance) -> bool:
    is_private = tag >> 16 & 1
    return not (is_private or tag in NOT_SPREAD or any(map(item.has, REFERENCES)))
