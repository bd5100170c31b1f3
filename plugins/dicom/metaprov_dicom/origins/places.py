"""Where a header has an attribute: at the root, in an item, in functional groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metaprov_dicom.values.dictionary import ATTRIBUTES, keyword_of, label

if TYPE_CHECKING:
    from metaprov_dicom.instance.instance import Instance

    from .recorded import Path

__all__ = ["phrase"]

_PER_FRAME = ATTRIBUTES["PerFrameFunctionalGroupsSequence"].tag


def phrase(instance: Instance, path: Path, frame: int) -> str:
    """An attribute, and where it is, outermost last.

    ``PixelSpacing (0028,0030) in PixelMeasuresSequence of SharedFunctionalGroupsSequence``; items
    are counted from 1, as frames are.
    """
    *outer, tag = path
    text = label(tag)
    for place in range(len(outer) - 2, -1, -2):
        text += f" in item {outer[place + 1] + 1} of {keyword_of(outer[place])}"
    groups = instance.groups_of(path[0])
    if not groups:
        return text
    sequence, *group = groups
    text += f" in {keyword_of(group[0])}" if group else ""
    item = f", item {frame}" if sequence == _PER_FRAME else ""
    return f"{text} of {keyword_of(sequence)}{item}"
