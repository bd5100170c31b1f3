"""Items that are none: pydicom takes the delimiter behind an item of stated length for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from metaprov_core import note
from metaprov_dicom.values.dictionary import ATTRIBUTES, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .elements import ElementsByVr

__all__ = ["note_on_stray_delimiter", "without_stray_items"]

T = TypeVar("T")

_NUMBER_OF_FRAMES: Final = ATTRIBUTES["NumberOfFrames"].tag
_PER_FRAME: Final = ATTRIBUTES["PerFrameFunctionalGroupsSequence"].tag


def note_on_stray_delimiter(tag: int) -> None:
    """Say that a sequence has a delimiter that is none."""
    note(f"{label(tag)} has an item delimiter behind an item that says its length")


def without_stray_items(elements: ElementsByVr, tag: int, items: Sequence[T]) -> Sequence[T]:
    """The items of frames, without empty ones beyond the number of frames, if they are as many.

    Where pydicom has read the items, nothing else tells an empty item from a delimiter.
    """
    if tag != _PER_FRAME or _NUMBER_OF_FRAMES not in elements:
        return items
    full = [item for item in items if item]
    if len(full) == len(items) or len(full) != elements.value(_NUMBER_OF_FRAMES):
        return items
    note_on_stray_delimiter(tag)
    return full
