"""Values that differ from another, made of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import with_fields

from .parts import names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["variations", "varied_throughout"]

#: How deep in a value something is changed.
_DEEP: Final = 5


def variations(value: Any, depth: int = _DEEP) -> Iterator[Any]:
    """Values of the same kind: another number, another text, other items or fields one by one."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, float):
        yield value * 2 or 1.0
    elif isinstance(value, str):
        yield value + "2"
    elif isinstance(value, bytes):
        yield value + b"2"
    elif depth:
        yield from _with_other_parts(value, depth - 1)


def varied_throughout(value: Any, depth: int = _DEEP) -> list[Any]:
    """The value with all its numbers and texts others, or nothing where that cannot be made."""
    if isinstance(value, int | float | str | bytes):
        return list(variations(value))
    if depth == 0:
        return []
    if isinstance(value, Mapping):
        return [{key: _other(item, depth - 1) for key, item in value.items()}]
    if type(value) in {list, tuple}:
        return [type(value)([_other(item, depth - 1) for item in value])]
    with suppress(Exception):
        fields = {name: getattr(value, name) for name in names_of(value)}
        others = {name: _other(item, depth - 1) for name, item in fields.items()}
        return [with_fields(value, **others)] if others else []
    return []


def _other(value: Any, depth: int) -> Any:
    """The value varied throughout, or itself."""
    return next(iter(varied_throughout(value, depth)), value)


def _with_other_parts(value: Any, depth: int) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from ({**value, key: other} for other in variations(item, depth))
    elif type(value) in {list, tuple}:
        for place, item in enumerate(value):
            for other in variations(item, depth):
                yield type(value)([*value[:place], other, *value[place + 1 :]])
    else:
        for name in names_of(value):
            # Of a class of any library, which may refuse to be looked at, or such a value.
            with suppress(Exception):
                for other in list(variations(getattr(value, name), depth)):
                    yield with_fields(value, **{name: other})
