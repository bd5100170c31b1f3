"""Fields: attributes that are read together, each of them made a value of its kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from .walk import key_of_tag

__all__ = ["Field", "Fields", "put"]

#: The value of an attribute by its tag; None where it is not there, empty, or not understood.
ValueOf = Callable[[int], Any]


class Field(NamedTuple):
    """One field, and the attribute that it is made of."""

    name: str
    tag: int
    #: The tag as the places of a header have it.
    key: int
    #: Makes a value one of the attribute's kind and number, or None where it is not. It depends on
    #: the attribute alone: all fields that are made of it have the same.
    fit: Callable[[Any], Any]


class Fields:
    """Some fields, in order."""

    __slots__ = ("all",)

    def __init__(self, rows: Sequence[tuple[str, int, Callable[[Any], Any]]]) -> None:
        """``rows`` have the name, the tag and what fits."""
        self.all: Final = tuple(Field(name, tag, key_of_tag(tag), fit) for name, tag, fit in rows)


def put(fields: dict[str, Any], field: Field, value: Any) -> None:
    """Set a field to a value; where that does not fit, there is no such field."""
    fitting = None if value is None else field.fit(value)
    if fitting is None:
        fields.pop(field.name, None)
    else:
        fields[field.name] = fitting
