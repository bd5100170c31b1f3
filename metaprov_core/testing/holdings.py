"""What a plugin holds on to outside of bounded caches, so that its growth can be seen."""

from __future__ import annotations

import sys
from collections import deque
from functools import _lru_cache_wrapper
from types import FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

from metaprov_core import Host, ProviderCache

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["holdings"]


def holdings(plugin: object) -> dict[str, int]:
    """The size of each container that a plugin, or its module, reaches, by the path to it.

    A `ProviderCache` and an ``lru_cache`` with a bound are not counted; other libraries' objects,
    which may do anything, are not looked into.
    """
    package = _module_of(plugin).partition(".")[0]
    sizes: dict[str, int] = {}
    # What was seen is kept alive here, so that no other object takes its identity.
    module = sys.modules.get(_module_of(plugin))
    seen: dict[int, object] = {id(plugin): plugin, id(module): module}
    waiting = deque([("", plugin)] if plugin is module else [("", plugin), ("", module)])
    while waiting:
        path, value = waiting.popleft()
        size = _size(value)
        if size is not None:
            sizes[path] = size
        for name, inner in _parts(value, package):
            if id(inner) not in seen:
                seen[id(inner)] = inner
                waiting.append((f"{path}{name}".lstrip("."), inner))
    return sizes


def _size(value: Any) -> int | None:
    if isinstance(value, _lru_cache_wrapper):
        info = value.cache_info()
        return info.currsize if info.maxsize is None else None
    if isinstance(value, deque):
        return len(value) if value.maxlen is None else None
    return len(value) if isinstance(value, dict | list | set) else None


def _parts(value: Any, package: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f"[{key!r}]", item) for key, item in list(value.items()))
    elif isinstance(value, list | tuple | set | frozenset | deque):
        yield from ((f"[{place}]", item) for place, item in enumerate(list(value)))
    elif isinstance(value, type | FunctionType | MethodType | Host | ProviderCache):
        return
    elif isinstance(value, ModuleType):
        # What it defines, or holds; not what every module has, nor other modules.
        for name, item in list(vars(value).items()):
            if not name.startswith("__") and not isinstance(item, ModuleType):
                yield f".{name}", item
    elif _module_of(value).partition(".")[0] == package:
        for name in _stored(value):
            if (item := getattr(value, name, None)) is not None:
                yield f".{name}", item


def _stored(value: object) -> list[str]:
    names = list(getattr(value, "__dict__", ()))
    for owner in type(value).__mro__[:-1]:
        slots = getattr(owner, "__slots__", ())
        names += (slots,) if isinstance(slots, str) else slots
        names += [
            name
            for name, item in vars(owner).items()
            if isinstance(item, _lru_cache_wrapper | dict | list | set) and name[:2] != "__"
        ]
    return names


def _module_of(value: object) -> str:
    if isinstance(value, ModuleType):
        return value.__name__
    return str(getattr(type(value), "__module__", ""))
