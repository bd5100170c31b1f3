"""What a plugin holds on to outside of bounded caches, so that its growth can be seen."""

from __future__ import annotations

from collections import Counter, deque
from functools import _lru_cache_wrapper
from queue import Queue, SimpleQueue
from typing import Any, NamedTuple

from .reach import modules_of, package_of, reached

__all__ = ["Holding", "grown", "holdings"]


class Holding(NamedTuple):
    """A container."""

    size: int
    #: Whether it is in an answer that a `ProviderCache` keeps: such an answer may well be new and
    #: large, but should not grow.
    cached: bool
    #: Which object it is.
    identity: int
    #: The path to the container that it is in.
    within: str


def holdings(plugin: object) -> dict[str, Holding]:
    """The containers that a plugin, or its package, reaches, by the path to each.

    A `ProviderCache` and an ``lru_cache`` with a bound are none.
    """
    roots = [("", plugin), *modules_of(plugin)]
    return {
        path: Holding(size, cached, id(value), within)
        for path, value, cached, within in reached(roots, package_of(plugin))
        if (size := _size(value)) is not None
    }


def grown(before: dict[str, Holding], after: dict[str, Holding], by: int) -> list[str]:
    """The paths to the containers that have so many things more than before.

    Or to one whose containers, which were there before, have so many more together.
    """
    by_itself, together = [], Counter[str]()
    for path, now in after.items():
        known = before.get(path)
        more = now.size - (known.size if known else now.size if now.cached else 0)
        if more >= by:
            by_itself.append(path)
        elif now.within and known and known.identity == now.identity:
            together[now.within] += more
    return by_itself + [path for path, more in together.items() if more >= by]


def _size(value: Any) -> int | None:
    if isinstance(value, _lru_cache_wrapper):
        info = value.cache_info()
        return info.currsize if info.maxsize is None else None
    if isinstance(value, deque):
        return len(value) if value.maxlen is None else None
    if isinstance(value, Queue):
        return None if value.maxsize > 0 else value.qsize()
    if isinstance(value, SimpleQueue):
        return value.qsize()
    return len(value) if isinstance(value, dict | list | set) else None
