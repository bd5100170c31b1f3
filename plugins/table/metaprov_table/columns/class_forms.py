"""From the class of the answers to the forms of their fields: never from the data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec.inspect as kinds
import pyarrow as pa

from .bulk import BULK_FIELDS
from .form import BINARY, BOOL, DOUBLE, INT, JSON, TEXT, Form, list_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["ClassField", "field_of", "fields_of", "form_of_class", "value_of_field"]

_SCALARS: Final[dict[type[kinds.Type], Form]] = {
    kinds.BoolType: BOOL,
    kinds.BytesType: BINARY,
    kinds.FloatType: DOUBLE,
    kinds.IntType: INT,
    kinds.StrType: TEXT,
}
_LISTS: Final = (
    kinds.FrozenSetType,
    kinds.ListType,
    kinds.SetType,
    kinds.VarTupleType,
)
_CLASSES: Final = (
    kinds.DataclassType,
    kinds.NamedTupleType,
    kinds.StructType,
    kinds.TypedDictType,
)
_ABSENT: Final = object()


class ClassField(NamedTuple):
    """One field of a class of answers."""

    #: Its name in Python, and that in JSON.
    name: str
    json_name: str
    form: Form
    #: What it means and its unit, where the class says so.
    metadata: Mapping[str, str]


@cache
def fields_of(cls: type | None, *, bulk: bool) -> tuple[ClassField, ...] | None:
    """The fields of a class in its order; None for one without, such as ``str``."""
    if cls is None or cls is object:
        return None
    info = _info_of(cls)
    if not isinstance(info, _CLASSES):
        return None
    return tuple(
        ClassField(
            field.name, field.encode_name, _form(field.type, bulk=bulk), _metadata(field.type)
        )
        for field in info.fields
        if bulk or (cls.__name__, field.name) not in BULK_FIELDS
    )


def form_of_class(cls: type | None, *, bulk: bool) -> Form:
    """The form of values of a class that is no struct; JSON where the class says too little."""
    return JSON if cls is None else _form(_info_of(cls), bulk=bulk)


def field_of(name: str, form: Form, metadata: Mapping[str, str]) -> pa.Field:
    """A column; where it has JSON, its metadata say so."""
    encoding = {"encoding": "json"} if form is JSON else {}
    return pa.field(name, form.type, metadata={**metadata, **encoding} or None)


def value_of_field(answer: Any, field: ClassField) -> Any:
    """The value of a field in an answer of whatever class, by either of its names."""
    if isinstance(answer, Mapping):
        value = answer.get(field.name, _ABSENT)
        return answer.get(field.json_name) if value is _ABSENT else value
    return getattr(answer, field.name, None)


def _info_of(cls: type) -> kinds.Type:
    try:
        return kinds.type_info(cls)
    except (NameError, TypeError):
        # Annotations that no one can look up, and classes that msgspec knows nothing of.
        return kinds.AnyType()


def _form(type: kinds.Type, *, bulk: bool) -> Form:
    if isinstance(type, kinds.Metadata):
        return _form(type.type, bulk=bulk)
    if isinstance(type, kinds.UnionType):
        return _form_of_union([each for each in type.types if not _is_none(each)], bulk=bulk)
    if isinstance(type, kinds.LiteralType):
        return TEXT if all(isinstance(value, str) for value in type.values) else JSON
    if isinstance(type, _LISTS):
        return list_of(_form(type.item_type, bulk=bulk))
    if isinstance(type, kinds.TupleType):
        return _form_of_tuple([_form(each, bulk=bulk) for each in type.item_types])
    if isinstance(type, _CLASSES):
        return _form_of_struct(type.cls, bulk=bulk)
    return _SCALARS.get(type.__class__, JSON)


def _is_none(type: kinds.Type) -> bool:
    return isinstance(type, kinds.NoneType)


def _form_of_union(types: Sequence[kinds.Type], *, bulk: bool) -> Form:
    forms = {_form(each, bulk=bulk) for each in types}
    if len(forms) == 1:
        return forms.pop()
    return DOUBLE if forms == {INT, DOUBLE} else JSON


def _form_of_tuple(items: Sequence[Form]) -> Form:
    different = set(items)
    return list_of(different.pop()) if len(different) == 1 else JSON


@cache
def _form_of_struct(cls: type, *, bulk: bool) -> Form:
    fields = fields_of(cls, bulk=bulk)
    if not fields:
        return JSON
    struct = pa.struct([field_of(each.json_name, each.form, each.metadata) for each in fields])
    return Form(struct, _dict_by(fields))


def _dict_by(fields: Sequence[ClassField]) -> Callable[[Any], dict[str, Any]]:
    def dict_of(answer: Any) -> dict[str, Any]:
        values = {}
        for field in fields:
            value, of = value_of_field(answer, field), field.form.of
            values[field.json_name] = value if value is None or of is None else of(value)
        return values

    return dict_of


def _metadata(type: kinds.Type) -> Mapping[str, str]:
    said = type.extra_json_schema if isinstance(type, kinds.Metadata) else None
    return {name: said[name] for name in ("description", "unit") if said and said.get(name)}
