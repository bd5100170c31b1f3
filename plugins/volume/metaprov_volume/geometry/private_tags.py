"""Private attributes of vendors, in whichever block their creator has reserved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["private_value"]

#: Creators take the first free block, from 10 (PS3.5 7.8.1); no image has more than a few.
_BLOCKS: Final = tuple(f"{block:02X}" for block in range(0x10, 0x20))


def private_value(attributes: Mapping[str, Any], tag: str, creator: str) -> Any:
    """The value of a tag, given with block 10 as 8 hex digits; None where the creator has none."""
    group, element = tag[:4], tag[6:]
    for block in _BLOCKS:
        if attributes.get(f"{group}00{block}") == creator:
            return attributes.get(f"{group}{block}{element}")
    return None
