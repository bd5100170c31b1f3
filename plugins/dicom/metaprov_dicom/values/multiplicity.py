"""How many values an attribute may have (PS3.5 6.4)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from .dictionary import vm_of

__all__ = ["fits"]

#: ``1``, ``1-3``, ``2-n``, ``2-2n``; several are joined by " or ".
_RANGE: Final = re.compile(r"(?P<least>\d+)(?:-(?:(?P<most>\d+)|(?P<step>\d*)n))?")


@lru_cache(4096)
def fits(tag: int, count: int) -> bool:
    """Whether an attribute may have so many values; private and unknown ones may have any."""
    vm = vm_of(tag)
    return vm is None or any(_is_in(part, count) for part in vm.split(" or "))


def _is_in(range: str, count: int) -> bool:
    match = _RANGE.fullmatch(range)
    if match is None:
        return True
    least = int(match["least"])
    if match["step"] is None:
        return least <= count <= int(match["most"] or least)
    return count >= least and count % int(match["step"] or 1) == 0
