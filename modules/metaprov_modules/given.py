"""Answers of what users give: a mapping becomes the class that its key promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from numbers import Number
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from .key import MetadataType

__all__ = ["answer_of"]

#: What msgspec writes before the place of a value that does not fit: "... - at `$.notes[0]`".
_AT: Final = " - at `$"


def answer_of(key: MetadataType[Any], value: Any) -> Any:
    """The answer that a value given for a type stands for, as an ``add_metadata`` keeps it.

    A mapping becomes the class of the key, by the names of its fields in Python or in JSON, at any
    depth; lists become tuples, and numbers of NumPy plain ones. A struct of any class, or another
    object of a class of one's own, is kept as it is. So is everything where the key has no class.

    >>> from metaprov_modules import SCALING
    >>> answer_of(SCALING, {"suvbw": 4e-4, "suvlbmJanma": 3e-4}).suvlbm_janma
    0.0003

    Raises ValueError for a name that is no field, for a field given twice and for a value of
    another type, and TypeError for what is neither a mapping nor an object with fields.
    """
    answer_class = getattr(key, "answer_class", None)
    if not isinstance(answer_class, type) or isinstance(value, answer_class):
        return value
    if not isinstance(value, Mapping):
        if _is_plain(value):
            found = f"it is not {value!r:.60}"
            raise TypeError(f"{key} is a {answer_class.__name__}, or its fields: {found}")
        return value
    try:
        return msgspec.convert(_plain(value, answer_class, answer_class.__name__), answer_class)
    except msgspec.ValidationError as error:
        raise ValueError(_with_place(str(error), answer_class.__name__)) from None


def _is_plain(value: Any) -> bool:
    """Whether it has no fields that an answer could have: a number, a string, a list, a class."""
    is_named_tuple = isinstance(value, tuple) and hasattr(value, "_fields")
    return not is_named_tuple and (
        isinstance(value, Number | str | Sequence | type) or type(value).__module__ == "builtins"
    )


class _Field(NamedTuple):
    #: Its name in Python, and in JSON.
    names: tuple[str, str]
    #: The class of what it has, or has several of, if that has fields too.
    item_class: type | None


@cache
def _fields_of(answer_class: type) -> Mapping[str, _Field]:
    """The fields of a class, each under both of its names."""
    from msgspec.inspect import DataclassType, StructType, type_info

    info = type_info(answer_class)
    if not isinstance(info, StructType | DataclassType):
        return MappingProxyType({})
    fields = [
        _Field((each.name, each.encode_name), _class_with_fields(each.type)) for each in info.fields
    ]
    return MappingProxyType({name: field for field in fields for name in field.names})


def _class_with_fields(type_: Any) -> type | None:
    """The first class with fields in a type: Note of ``tuple[Note, ...]``."""
    cls = getattr(type_, "cls", None)
    if cls is not None and hasattr(type_, "fields"):
        return cls  # type: ignore[no-any-return]
    within = (
        getattr(type_, "type", None),
        getattr(type_, "item_type", None),
        *getattr(type_, "types", ()),
        *getattr(type_, "item_types", ()),
    )
    classes = (_class_with_fields(each) for each in within if each is not None)
    return next((each for each in classes if each is not None), None)


def _plain(value: Any, item_class: type | None, called: str) -> Any:
    """A value as it stands in JSON, with the names of JSON."""
    if isinstance(value, Mapping):
        return value if item_class is None else _named(value, item_class, called)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(each, item_class, f"{called}[{place}]") for place, each in enumerate(value)]
    if isinstance(value, str):
        return str.__str__(value)
    for number in (bool, int, float):
        if isinstance(value, number):
            return number(value)
    if hasattr(value, "tolist"):  # an array of NumPy, or a number
        return _plain(value.tolist(), item_class, called)
    return value


def _named(value: Mapping[Any, Any], cls: type, called: str) -> Mapping[str, Any]:
    fields = _fields_of(cls)
    if not fields:
        return value
    named: dict[str, Any] = {}
    for name, each in value.items():
        field = fields.get(name)
        if field is None:
            raise ValueError(f"{called} has no field {name!r}; {_near(name, fields)}")
        in_python, in_json = field.names
        if in_json in named:
            raise ValueError(f"{called}: {in_python} and {in_json} are one field, given twice")
        named[in_json] = _plain(each, field.item_class, f"{called}.{in_python}")
    return named


def _near(name: Any, fields: Mapping[str, _Field]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, fields, cutoff=0.75) if isinstance(name, str) else []
    if near:
        return f"did you mean {' or '.join(dict.fromkeys(fields[each].names[0] for each in near))}?"
    return f"it has {', '.join(dict.fromkeys(each.names[0] for each in fields.values()))}"


def _with_place(message: str, called: str) -> str:
    """What msgspec says, with the field that it is about first."""
    said, _, place = message.rpartition(_AT)
    return f"{called}{place.removesuffix('`')}: {said}" if said else f"{called}: {message}"
