"""Masks: bytes that were walked over, but for the values in them, as one number.

Other bytes that are the same under the mask have their elements in the same places: comparing two
numbers takes a sixth of the walk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["mask_of"]


def mask_of(size: int, values: Iterable[tuple[int, int]]) -> int:
    """All bits of ``size`` bytes but those of the values, given by their starts and lengths."""
    mask = bytearray(b"\xff") * size
    for start, length in values:
        mask[start : start + length] = bytes(length)
    return int.from_bytes(mask, "little")
