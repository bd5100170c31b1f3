"""Dictionaries that may become large, and do not keep a caller waiting while they grow."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from itertools import zip_longest
from typing import Any, Final, TypeVar, final

__all__ = ["Parts", "dictionary"]

K = TypeVar("K")
V = TypeVar("V")

# A dictionary of this size grows in some ten milliseconds; one of a million takes over a hundred.
_LARGEST_PART: Final = 1 << 17

_ABSENT: Final[Any] = object()


def dictionary(size: int) -> MutableMapping[Any, Any]:
    """A dictionary that is to hold so many keys: a plain one, or a large one in parts."""
    return {} if size <= _LARGEST_PART else Parts(size)


@final
class Parts(MutableMapping[K, V]):
    """A dictionary in parts, each of which grows on its own; a key's hash tells its part.

    Iteration takes the oldest key of each part, then the second of each: about the oldest first.
    """

    __slots__ = ("_mask", "_parts")

    def __init__(self, size: int) -> None:
        count = 1 << (2 * size // _LARGEST_PART).bit_length()
        self._parts: list[dict[K, V]] = [{} for _ in range(count)]
        self._mask = count - 1

    def get(self, key: K, default: Any = None) -> Any:
        """The value of a key, or the default."""
        return self._parts[hash(key) & self._mask].get(key, default)

    def __getitem__(self, key: K) -> V:
        return self._parts[hash(key) & self._mask][key]

    def __setitem__(self, key: K, value: V) -> None:
        self._parts[hash(key) & self._mask][key] = value

    def __delitem__(self, key: K) -> None:
        del self._parts[hash(key) & self._mask][key]

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __iter__(self) -> Iterator[K]:
        for keys in zip_longest(*self._parts, fillvalue=_ABSENT):
            yield from (key for key in keys if key is not _ABSENT)
