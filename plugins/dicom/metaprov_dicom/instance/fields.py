"""Fields: attributes that are read together, each of them made a value of its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

__all__ = ["Field", "Fields", "put"]

#: The value of an attribute by its tag; None where it is not there, empty, or not understood.
ValueOf = Callable[[int], Any]


class Field(NamedTuple):
    """One field, and the attribute that it is made of."""

    name: str
    tag: int
    #: The tag as the places of a header have it.
    key: int
    #: Turns a value into one of the attribute's kind and number; None where it does not fit.
    fit: Callable[[Any], Any]
    #: Makes such a value of the few bytes that are plainly one, by the VR that a file says, ``b""``
    #: where it says none; None for all others. It depends on attribute, VR and bytes alone.
    plain: Mapping[bytes, Callable[[bytes], Any]]


class Fields:
    """Some fields, in order."""

    __slots__ = ("all", "may_be_plain", "never_plain")

    def __init__(self, fields: Iterable[Field]) -> None:
        self.all: Final = tuple(fields)
        self.may_be_plain: Final = tuple(field for field in self.all if field.plain)
        #: Sequences, and binary data.
        self.never_plain: Final = tuple(field for field in self.all if not field.plain)


def put(fields: dict[str, Any], field: Field, value: Any) -> None:
    """Set a field to a value, or take the field out where the value does not fit."""
    fitting = None if value is None else field.fit(value)
    if fitting is None:
        fields.pop(field.name, None)
    else:
        fields[field.name] = fitting
