"""Values that differ from another in one place, made of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from metaprov_core import with_fields

from .parts import names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["variations", "varied_throughout"]


def variations(value: Any) -> Iterator[Any]:
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
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from ({**value, key: other} for other in variations(item))
    elif type(value) in {list, tuple}:
        for place, item in enumerate(value):
            for other in variations(item):
                yield type(value)([*value[:place], other, *value[place + 1 :]])
    else:
        yield from _with_other_fields(value)


def varied_throughout(value: Any) -> list[Any]:
    """The value with all its numbers and texts others, or nothing where that cannot be made."""
    if isinstance(value, Mapping):
        return [{key: _first(varied_throughout(item), item) for key, item in value.items()}]
    if type(value) in {list, tuple}:
        return [type(value)([_first(varied_throughout(item), item) for item in value])]
    if isinstance(value, int | float | str | bytes):
        return list(variations(value))
    with suppress(Exception):
        fields = {name: getattr(value, name) for name in names_of(value)}
        others = {name: _first(varied_throughout(item), item) for name, item in fields.items()}
        return [with_fields(value, **others)] if others else []
    return []


def _first(items: list[Any], default: Any) -> Any:
    return items[0] if items else default


def _with_other_fields(value: Any) -> Iterator[Any]:
    for name in names_of(value):
        # Of a class of any library, which may refuse to be looked at, or such a value.
        with suppress(Exception):
            for other in list(variations(getattr(value, name))):
                yield with_fields(value, **{name: other})
