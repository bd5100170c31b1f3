"""What is in an answer: items, fields, attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Any

__all__ = ["names_of", "numpy_scalars_in", "parts_of"]


def parts_of(answer: Any) -> list[tuple[str, Any]]:
    """What is in an answer, each with what is written behind the answer to get it."""
    if isinstance(answer, str | bytes | bytearray | int | float | None):
        return []
    if isinstance(answer, Mapping):
        return [(f"[{key!r}]", value) for key, value in answer.items()]
    if isinstance(answer, Sequence):
        return [(f"[{place}]", item) for place, item in enumerate(answer)]
    if isinstance(answer, AbstractSet):
        return [(" (one of the set)", item) for item in answer]
    found = []
    for name in names_of(answer):
        with suppress(Exception):
            found.append((f".{name}", getattr(answer, name)))
    return found


def names_of(answer: Any) -> list[str]:
    """The public attributes that are stored: of a struct, a data class, any object."""
    slots = [getattr(owner, "__slots__", ()) for owner in type(answer).__mro__]
    names = [name for own in slots for name in ((own,) if isinstance(own, str) else own)]
    names += getattr(answer, "__dict__", {})
    return [name for name in dict.fromkeys(names) if not name.startswith("_")]


def numpy_scalars_in(answer: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """The single numbers of NumPy in an answer, and where they are; arrays are let pass."""
    if _is_numpy_scalar(answer):
        yield "", answer
    elif depth:
        if isinstance(answer, Mapping):
            yield from ((f" (key {key!r})", key) for key in answer if _is_numpy_scalar(key))
        for place, part in parts_of(answer):
            for below, scalar in numpy_scalars_in(part, depth - 1):
                yield f"{place}{below}", scalar


def _is_numpy_scalar(value: Any) -> bool:
    """Known by the names of its classes: NumPy may not be installed."""
    classes = {(kind.__module__, kind.__name__) for kind in type(value).__mro__}
    if ("numpy", "generic") in classes:
        return True
    return ("numpy", "ndarray") in classes and value.shape == ()
