"""Trying to change an answer, as a careless caller would."""

from __future__ import annotations

from collections.abc import Mapping, MutableSet, Sequence
from contextlib import suppress
from itertools import product
from typing import Any, Final

from .parts import names_of, parts_of

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
    for _, part in parts_of(answer):
        tamper(part, depth - 1)
    if isinstance(answer, Mapping):
        places = [*list(answer)[:1], _TAMPERED]
    else:
        places = [0 if isinstance(answer, Sequence) else ...]
    _change_items(answer, places)
    _change_attributes(answer)


def _change_items(answer: Any, places: list[Any]) -> None:
    for place in places:
        with suppress(Exception):
            answer[place] = 0 if place is ... else _TAMPERED
    # A bytearray takes numbers alone.
    for name, item in product(("append", "add"), (_TAMPERED, 1)):
        with suppress(Exception):
            getattr(answer, name)(item)
    if isinstance(answer, MutableSet):
        with suppress(Exception):
            answer.clear()


def _change_attributes(answer: Any) -> None:
    for name in names_of(answer):
        with suppress(Exception):
            setattr(answer, name, _TAMPERED)
