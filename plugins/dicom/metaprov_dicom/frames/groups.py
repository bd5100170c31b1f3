"""What a frame of an image says: the root, overlaid by functional groups (PS3.3 C.7.6.16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from metaprov_dicom.encoding.elements import WalkedItems
from metaprov_dicom.encoding.heads import NotUnderstood
from metaprov_dicom.instance.elements import TRANSFER_SYNTAX_UID, ElementsByVr
from metaprov_dicom.instance.fields import put
from metaprov_dicom.instance.group_rules import NEVER_OVERLAID, NOT_SPREAD, REFERENCES
from metaprov_dicom.instance.instance import Instance, items_in
from metaprov_dicom.values.dictionary import ATTRIBUTES
from metaprov_dicom.values.vr import WITH_CHARSET

from .number import FrameInstance, number_of_frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metaprov_dicom.instance.fields import Fields, ValueOf
    from metaprov_dicom.instance.instance import Element, Frames, Wanted
    from metaprov_dicom.instance.place_of_pixels import PlaceOfPixels

__all__ = ["has_functional_groups", "instance_of_frame"]

_SHARED: Final = ATTRIBUTES["SharedFunctionalGroupsSequence"].tag
_PER_FRAME: Final = ATTRIBUTES["PerFrameFunctionalGroupsSequence"].tag

_SEQUENCES_OF_GROUPS: Final = frozenset({_SHARED, _PER_FRAME})
#: An overlay that changes nothing.
_EMPTY: Final = (None, ())


def has_functional_groups(image: Instance) -> bool:
    """Whether an image has functional groups (PS3.3 C.7.6.16), with one frame or with many."""
    return image.has(_PER_FRAME) or image.has(_SHARED)


def instance_of_frame(image: Instance, frame: int) -> Instance:
    """What an image says of one frame: the root, overlaid by the frame's functional groups.

    Where there are no functional groups, that is the image itself.
    """
    return image.of_frame(frame, _frames_of)


def _frames_of(image: Instance) -> Frames:
    return _Frames(image) if has_functional_groups(image) else _ALIKE


class GroupAttributes(Protocol):
    """The attributes in functional groups: some of the elements of an instance."""

    def noted_tags(self) -> Iterable[int]:
        """Their tags, in any order."""

    def __contains__(self, tag: int, /) -> bool: ...

    def value(self, tag: int) -> Any:
        """The natural value of an attribute that they say."""

    def element(self, tag: int) -> Element | None:
        """An attribute that they say, not decoded."""

    def fill(self, fields: dict[str, Any], wanted: Fields, value_of: ValueOf) -> None:
        """Set the wanted fields that they say, and take out those that do not fit."""


class _FramesAlike:
    """The frames of an image without functional groups."""

    def instance_of(self, image: Instance, _frame: int) -> Instance:
        return image


_ALIKE: Final = _FramesAlike()


class _Frames:
    """What the frames of an image have in common, and the last one that was asked for."""

    __slots__ = ("_common", "_last", "_number")

    def __init__(self, image: Instance) -> None:
        self._number: Final = number_of_frames(image)
        #: The root, overlaid by the groups that all frames share. It does not refer to the image,
        #: which refers to this.
        self._common: Final = SharedFrame(
            OverlaidElements(_groups_of(image, _SHARED, 1), image.anew(), _SHARED)
        )
        self._last: tuple[int, FrameInstance] | None = None

    def instance_of(self, image: Instance, frame: int) -> FrameInstance:
        # Callers that want several modules ask for them frame by frame.
        last = self._last
        if last is None or last[0] != frame:
            groups = _groups_of(image, _PER_FRAME, frame)
            last = (
                frame,
                FrameInstance(OverlaidElements(groups, self._common, _PER_FRAME), self._number),
            )
            self._last = last
        return last[1]


class SharedFrame(Instance):
    """What is said of all frames of an image."""

    __slots__ = ("_fields",)

    def __init__(self, elements: OverlaidElements) -> None:
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


class OverlaidElements:
    """Attributes, overlaid by those that functional groups say."""

    __slots__ = ("_groups", "_sequence", "_under")

    def __init__(self, groups: GroupAttributes, under: Instance, sequence: int) -> None:
        self._groups: Final = groups
        self._under: Final = under
        #: The tag of the sequence that has the groups.
        self._sequence: Final = sequence

    def tags(self) -> list[int]:
        tags = {*self._under.tags(), *self._groups.noted_tags()}
        return sorted(tag for tag in tags if tag in self)

    def tags_of_groups(self, groups: Sequence[int]) -> tuple[int, ...]:
        overlaid = (tag for tag in self._groups.noted_tags() if tag >> 16 in groups)
        tags = {*self._under.tags_of_groups(*groups), *overlaid}
        return tuple(sorted(tag for tag in tags if tag in self))

    def __contains__(self, tag: int, /) -> bool:
        if tag in _SEQUENCES_OF_GROUPS:
            return False
        return tag in self._groups or self._under.has(tag)

    def value(self, tag: int) -> Any:
        value = self._groups.value(tag) if tag in self._groups else None
        return self._under.value(tag) if value in _EMPTY else value

    def values_of(self, wanted: Wanted, value_of: ValueOf) -> list[Any]:
        return [None if tag is None else value_of(tag) for tag in wanted.tags]

    def sequence(self, tag: int) -> Sequence[Instance]:
        return items_in(self.value(tag))

    def elements(self) -> Iterator[Element]:
        return (self.element(tag) for tag in self.tags() if tag != TRANSFER_SYNTAX_UID)

    def element(self, tag: int) -> Element:
        # As `value` has it: what is empty overlays nothing.
        groups, under = self._groups, self._under
        overlays = tag in groups and (groups.value(tag) not in _EMPTY or not under.has(tag))
        element = groups.element(tag) if overlays else under.element(tag)
        if element is None:
            raise KeyError(f"{tag:08X}")
        return element

    def groups_of(self, tag: int) -> tuple[int, ...]:
        value = self._groups.value(tag) if tag in self._groups else None
        if value in _EMPTY:
            return self._under.groups_of(tag)
        for group in self._groups.noted_tags():
            items = items_in(self._groups.value(group))
            if items and _describes_the_frame(group, items[0]) and items[0].value(tag) == value:
                return self._sequence, group
        return (self._sequence,)

    def length_of_pixels(self) -> int | None:
        return self._under.length_of_pixels()

    def place_of_pixels(self) -> PlaceOfPixels | None:
        return self._under.place_of_pixels()

    def fill(self, fields: dict[str, Any], wanted: Fields, value_of: ValueOf) -> None:
        fields.update(self._under.fields(wanted))
        self._groups.fill(fields, wanted, value_of)


def _groups_of(image: Instance, sequence: int, number: int) -> GroupAttributes:
    """What an item of a sequence of groups says."""
    items = image.sequence(sequence)
    if number > len(items):
        return GroupElements(None)
    if isinstance(items, WalkedItems):
        try:
            return items.groups(number - 1)
        except NotUnderstood:
            pass
    return GroupElements(items[number - 1])


class GroupElements:
    """What an item of functional groups says: the groups, and what is in the first item of each."""

    __slots__ = ("_owners",)

    def __init__(self, groups: Instance | None) -> None:
        #: By tag.
        self._owners: Final[dict[int, Instance]] = {}
        if groups is not None:
            for tag in groups.tags():
                self._add(tag, groups)

    def _add(self, tag: int, groups: Instance) -> None:
        group = groups.sequence(tag)
        if not group:
            return
        self._owners[tag] = groups
        if _describes_the_frame(tag, group[0]):
            for inner in group[0].tags():
                if inner in NEVER_OVERLAID:
                    continue
                if inner not in self._owners or group[0].value(inner) not in _EMPTY:
                    self._owners[inner] = group[0]

    def noted_tags(self) -> Iterable[int]:
        return self._owners

    def __contains__(self, tag: int, /) -> bool:
        return tag in self._owners

    def value(self, tag: int) -> Any:
        return self._owners[tag].value(tag)

    def element(self, tag: int) -> Element | None:
        owner = self._owners[tag]
        element = owner.element(tag)
        if element and element.vr in WITH_CHARSET and isinstance(element.value, bytes):
            # An item may have a character set of its own; the frame has that of the image.
            return ElementsByVr.element_of_natural(tag, element.vr, owner.value(tag))
        return element

    def fill(self, fields: dict[str, Any], wanted: Fields, value_of: ValueOf) -> None:
        for field in wanted.all:
            if field.tag in self._owners:
                put(fields, field, value_of(field.tag))


def _describes_the_frame(tag: int, item: Instance) -> bool:
    is_private = tag >> 16 & 1
    return not (is_private or tag in NOT_SPREAD or any(map(item.has, REFERENCES)))
