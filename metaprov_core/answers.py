"""Answers of any class: whether they are of it, their fields, and copies with some changed."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin

from .cache.read_only import read_only

__all__ = ["field_names", "fields_of", "is_of", "with_fields"]

A = TypeVar("A")


def fields_of(answer: Any) -> Mapping[str, Any]:
    """The fields of an answer by name; none of one that has no fields."""
    if isinstance(answer, Mapping):
        return answer
    return {name: getattr(answer, name) for name in field_names(type(answer))}


def field_names(answer_class: Any) -> tuple[str, ...]:
    """The names of the fields of a class, in order; none of one that has no fields.

    A struct of msgspec, a data class and a named tuple have fields, and so has a `TypedDict`, whose
    answers are mappings. They may have parameters: ``Box[int]``.
    """
    kind: Any = get_origin(answer_class) or answer_class
    if hasattr(kind, "__struct_fields__"):
        return tuple(kind.__struct_fields__)
    if hasattr(kind, "__dataclass_fields__"):
        from dataclasses import fields

        # Without what is no field of an answer: ClassVar, InitVar.
        return tuple(each.name for each in fields(kind))
    if hasattr(kind, "__required_keys__"):
        return tuple(kind.__annotations__)
    is_named_tuple = isinstance(kind, type) and issubclass(kind, tuple)
    return tuple(getattr(kind, "_fields", ())) if is_named_tuple else ()


def is_of(answer: Any, answer_class: Any) -> bool:
    """Whether an answer is of the class of a key, of which it may not be known: then it is.

    Parameters are not looked at: ``[1]`` is of ``list[str]``.
    """
    if get_origin(answer_class) in (Union, UnionType):
        return any(is_of(answer, each) for each in get_args(answer_class))
    kind = get_origin(answer_class) or answer_class
    try:
        return isinstance(answer, NoneType if kind is None else kind)
    except TypeError:  # a TypedDict, a protocol, a Literal
        return True


def with_fields(answer: A, /, **changes: Any) -> A:
    """A copy of an answer with some of its fields changed, for wrappers and for tests.

    An answer is a struct of msgspec, a data class, a named tuple or a mapping. Of a mapping it is a
    read-only dictionary, which may have new keys. Raises TypeError for a field that there is not,
    and for an answer that has no fields.

    >>> dict(with_fields({"rows": 512, "columns": 512}, rows=256))
    {'rows': 256, 'columns': 512}
    """
    if isinstance(answer, Mapping):
        return cast("A", read_only({**answer, **changes}))
    if hasattr(type(answer), "__struct_fields__"):
        from msgspec import structs

        return cast("A", structs.replace(cast(Any, answer), **changes))
    if hasattr(type(answer), "__dataclass_fields__"):
        from dataclasses import replace

        return cast("A", replace(cast(Any, answer), **changes))
    if hasattr(answer, "_asdict"):
        return type(answer)(**{**answer._asdict(), **changes})
    raise TypeError(f"a {type(answer).__name__} has no fields to change: {answer!r:.80}")
