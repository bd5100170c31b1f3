"""What a plugin reaches: its attributes, its module, what is kept in them, and so on."""

from __future__ import annotations

import sys
import threading
from collections import deque
from functools import _lru_cache_wrapper, partial
from types import FunctionType, MethodType, ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core import Host, ProviderCache

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

__all__ = ["Reached", "leads_through", "modules_of", "package_of", "reached"]

_CONTAINERS: Final = (dict, list, tuple, set, frozenset, deque)


class Reached(NamedTuple):
    """An object, and how one comes to it."""

    path: str
    value: object
    #: Whether it is in an answer that a `ProviderCache` keeps.
    cached: bool
    #: The path to the nearest container that it is in; empty where it is in none.
    within: str = ""


def reached(roots: Iterable[tuple[str, object]], package: str) -> Iterator[Reached]:
    """All that can be reached from some objects, each once, by the path to it.

    Other libraries' objects, which may do anything, are given but not looked into.
    """
    # What was seen is kept alive here, so that no other object takes its identity.
    seen: dict[int, object] = {}
    waiting: deque[Reached] = deque()
    for path, root in roots:
        if id(root) not in seen:
            seen[id(root)] = root
            waiting.append(Reached(path, root, False))
    while waiting:
        here = waiting.popleft()
        yield here
        cached = here.cached or isinstance(here.value, ProviderCache)
        within = here.path if isinstance(here.value, _CONTAINERS) else here.within
        for name, inner in _parts(here.value, package):
            if id(inner) not in seen:
                seen[id(inner)] = inner
                waiting.append(Reached(f"{here.path}{name}".lstrip("."), inner, cached, within))


def leads_through(path: str, names: Collection[str]) -> bool:
    """Whether a path is that to one of these attributes, or to something in it."""
    return any(path == name or path.startswith((f"{name}.", f"{name}[")) for name in names)


def package_of(plugin: object) -> str:
    """The top-level package that a plugin is of."""
    return _module_of(plugin).partition(".")[0]


def modules_of(plugin: object) -> list[tuple[str, object]]:
    """The modules of the plugin's package, and the paths to them; its own has the empty path."""
    own, package = _module_of(plugin), package_of(plugin)
    # Programs put other objects among them.
    imported: dict[str, Any] = dict(sys.modules)
    return [
        ("" if name == own else name, module)
        for name, module in sorted(imported.items())
        if isinstance(module, ModuleType) and name.partition(".")[0] == package
    ]


def _parts(value: Any, package: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f"[{key!r}]", item) for key, item in list(value.items()))
    elif isinstance(value, _CONTAINERS):
        yield from ((f"[{place}]", item) for place, item in enumerate(list(value)))
    elif isinstance(value, ProviderCache):
        for kept in (value._derived, value._added):  # noqa: SLF001 - the kit is of the same house
            yield from ((f".get({image_id!r})", answer) for image_id, answer in list(kept.items()))
    elif isinstance(value, _lru_cache_wrapper):
        yield "", value.__wrapped__
    elif isinstance(value, FunctionType):
        yield from _kept_by(value)
    elif isinstance(value, MethodType):
        yield from ((".__func__", value.__func__), (".__self__", value.__self__))
    elif isinstance(value, partial):
        yield from ((".func", value.func), (".args", value.args), (".keywords", value.keywords))
    elif isinstance(value, ModuleType):
        # What it defines, or holds; not what every module has, nor other modules.
        for name, item in list(vars(value).items()):
            if not name.startswith("__") and not isinstance(item, ModuleType):
                yield f".{name}", item
    elif isinstance(value, threading.local | SimpleNamespace):
        yield from ((f".{name}", item) for name, item in list(vars(value).items()))
    elif isinstance(value, type | Host):
        return
    elif package_of(value) == package:
        for name in _stored(value):
            if (item := getattr(value, name, None)) is not None:
                yield f".{name}", item


def _kept_by(function: FunctionType) -> Iterator[tuple[str, Any]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield f".<{name}>", cell.cell_contents
        except ValueError:
            # Not assigned yet.
            continue
    yield ".__defaults__", function.__defaults__ or ()


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
    owner = value if isinstance(value, FunctionType) else type(value)
    return str(getattr(owner, "__module__", ""))
