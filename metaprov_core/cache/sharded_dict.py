"""Dictionaries that may become large, and do not keep a caller waiting while they grow."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from itertools import zip_longest
from typing import Any, Final, TypeVar, final

__all__ = ["ShardedDict", "dict_of_size"]

K = TypeVar("K")
V = TypeVar("V")

# A dictionary of this size grows in some ten milliseconds; one of a million takes over a hundred.
_LARGEST_SHARD: Final = 1 << 17

_ABSENT: Final[Any] = object()


def dict_of_size(size: int) -> MutableMapping[Any, Any]:
    """A dictionary to hold ``size`` keys: a plain one, or a large one in shards."""
    return {} if size <= _LARGEST_SHARD else ShardedDict(size)


@final
class ShardedDict(MutableMapping[K, V]):
    """A dictionary in shards, each of which grows on its own; a key's hash tells its shard.

    Iteration takes the oldest key of each shard, then the second of each: about the oldest first.
    """

    __slots__ = ("_mask", "_shards")

    def __init__(self, size: int) -> None:
        count = 1 << (2 * size // _LARGEST_SHARD).bit_length()
        self._shards: list[dict[K, V]] = [{} for _ in range(count)]
        self._mask = count - 1

    def get(self, key: K, default: Any = None) -> Any:
        """The value of a key, or the default."""
        return self._shards[hash(key) & self._mask].get(key, default)

    def __getitem__(self, key: K) -> V:
        return self._shards[hash(key) & self._mask][key]

    def __setitem__(self, key: K, value: V) -> None:
        self._shards[hash(key) & self._mask][key] = value

    def __delitem__(self, key: K) -> None:
        del self._shards[hash(key) & self._mask][key]

    def __len__(self) -> int:
        return sum(map(len, self._shards))

    def __iter__(self) -> Iterator[K]:
        for keys in zip_longest(*self._shards, fillvalue=_ABSENT):
            yield from (key for key in keys if key is not _ABSENT)
