"""One object for equal values: the modules of a series say the same of each of its images."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final, TypeVar

__all__ = ["Shared", "shared_values"]

V = TypeVar("V", bound=Hashable)

#: How many different values are kept. What differs from image to image only passes through.
_MOST: Final = 1_000


class Shared(dict[V, V]):
    """Values by themselves: ``shared[value]`` is the first one that was equal to ``value``.

    For values of one kind: 1 and 1.0 are equal.
    """

    __slots__ = ()

    def __missing__(self, value: V) -> V:
        if len(self) >= _MOST:
            self.clear()
        # Not self[value] = value: another thread may have been first.
        return self.setdefault(value, value)


#: By keyword: what one module says of an attribute, the others say too.
_SHARED: Final[dict[str, Shared[Any]]] = {}


def shared_values(keyword: str) -> Shared[Any]:
    """The values of an attribute that are shared, whichever module has them."""
    return _SHARED.setdefault(keyword, Shared())
