"""Trying to change an answer, as a careless caller would."""

from __future__ import annotations

from collections.abc import Mapping, MutableSet, Sequence
from contextlib import suppress
from typing import Any, Final

__all__ = ["tamper"]

_TAMPERED: Final = "changed by its caller"
_DEEP: Final = 5


def tamper(answer: Any, depth: int = _DEEP) -> None:
    """Change whatever can be changed in an answer: items, attributes, and theirs.

    What refuses to be changed is left alone; whether the provider's own answer has changed is for
    the caller to find out.
    """
    if depth == 0 or isinstance(answer, str | bytes | int | float | None):
        return
    if isinstance(answer, Mapping):
        inner, places = list(answer.values()), [*list(answer)[:1], _TAMPERED]
    elif isinstance(answer, Sequence):
        inner, places = list(answer), [0]
    else:
        inner, places = _attributes(answer), [...]
    for part in inner:
        tamper(part, depth - 1)
    _change_items(answer, places)
    _change_attributes(answer)


def _change_items(answer: Any, places: list[Any]) -> None:
    for place in places:
        with suppress(Exception):
            answer[place] = 0 if place is ... else _TAMPERED
    for name in ("append", "add"):
        with suppress(Exception):
            getattr(answer, name)(_TAMPERED)
    if isinstance(answer, MutableSet):
        with suppress(Exception):
            answer.clear()


def _attributes(answer: Any) -> list[Any]:
    found = []
    for name in _names(answer):
        with suppress(Exception):
            found.append(getattr(answer, name))
    return found


def _change_attributes(answer: Any) -> None:
    for name in _names(answer):
        with suppress(Exception):
            setattr(answer, name, _TAMPERED)


def _names(answer: Any) -> list[str]:
    """The public attributes that are stored: of a struct, a data class, any object."""
    slots = [getattr(owner, "__slots__", ()) for owner in type(answer).__mro__]
    names = [name for own in slots for name in ((own,) if isinstance(own, str) else own)]
    names += getattr(answer, "__dict__", {})
    return [name for name in dict.fromkeys(names) if not name.startswith("_")]
