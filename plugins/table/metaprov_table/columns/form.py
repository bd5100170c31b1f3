"""How values of one kind stand in a column: its Arrow type, and what pyarrow takes of a value."""

from __future__ import annotations

import operator
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa

from metaprov_core.cli.as_json import encoded

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BINARY",
    "BOOL",
    "DOUBLE",
    "INT",
    "JSON",
    "JSON_BUT_NO_BYTES",
    "TEXT",
    "Form",
    "UnfitError",
    "is_json",
    "list_of",
]


class Form(NamedTuple):
    """The form of the values of a column."""

    type: pa.DataType
    #: What pyarrow takes in the place of a value that is there; None where that is itself.
    of: Callable[[Any], Any] | None = None


class UnfitError(ValueError):
    """A value that a column is not to have; the message says why, as the end of a sentence."""


def _json(value: Any) -> str:
    return encoded(value).decode()


def _json_but_no_bytes(value: Any) -> str:
    if isinstance(value, bytes):
        raise UnfitError(f"is binary, {len(value):,} bytes, which are in a column only with --bulk")
    return _json(value)


TEXT: Final = Form(pa.string())
# pyarrow would cut off what is behind the point.
INT: Final = Form(pa.int64(), operator.index)
DOUBLE: Final = Form(pa.float64())
BOOL: Final = Form(pa.bool_())
BINARY: Final = Form(pa.binary())
#: What fits nothing else: JSON on one line.
JSON: Final = Form(pa.string(), _json)
#: Likewise, of values of which only each tells whether it is bulky.
JSON_BUT_NO_BYTES: Final = Form(pa.string(), _json_but_no_bytes)


def is_json(form: Form) -> bool:
    """Whether the values of a form are JSON."""
    return form in (JSON, JSON_BUT_NO_BYTES)


@cache
def list_of(item: Form) -> Form:
    """Several values of a form; JSON as a whole where each would be."""
    if is_json(item):
        return item
    type, of = pa.list_(item.type), item.of
    if of is None:
        return Form(type)
    return Form(type, lambda values: [None if each is None else of(each) for each in values])
