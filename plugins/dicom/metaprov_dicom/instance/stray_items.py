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
    """The items without empty ones that are delimiters, as far as that can be told.

    Where pydicom has read the items, an empty one may be either. It is a delimiter where there is
    one behind each of several items, and where without them there is an item for each frame.
    """
    full = [item for item in items if item]
    if len(full) == len(items):
        return items
    is_full = [bool(item) for item in items]
    is_one_behind_each = len(full) > 1 and is_full == [True, False] * len(full)
    is_one_a_frame = (
        tag == _PER_FRAME
        and _NUMBER_OF_FRAMES in elements
        and len(full) == elements.value(_NUMBER_OF_FRAMES)
    )
    if not is_one_a_frame and not is_one_behind_each:
        return items
    note_on_stray_delimiter(tag)
    return full
