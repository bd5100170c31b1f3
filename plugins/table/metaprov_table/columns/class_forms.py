"""From the class of the answers to the forms of their fields: never from the data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec.inspect as kinds
import pyarrow as pa

from .bulk import BULK_FIELDS
from .form import BINARY, BOOL, DOUBLE, INT, JSON, TEXT, Form, is_json, list_of

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
def fields_of(
    cls: type | None, *, bulk: bool, within: frozenset[type] = frozenset()
) -> tuple[ClassField, ...] | None:
    """The fields of a class in its order; None for one without, such as ``str``.

    ``within`` are the classes that it is in a field of: a field of one of those is JSON, for it
    may go on for ever.
    """
    if cls is None or cls is object:
        return None
    info = _info_of(cls)
    if not isinstance(info, _CLASSES):
        return None
    forms = _Forms(bulk, within | {cls})
    return tuple(
        ClassField(field.name, field.encode_name, forms.of(field.type), _metadata(field.type))
        for field in info.fields
        if bulk or (cls.__name__, field.name) not in BULK_FIELDS
    )


def form_of_class(cls: type | None, *, bulk: bool) -> Form:
    """The form of values of a class that is no struct; JSON where the class says too little."""
    return JSON if cls is None else _Forms(bulk, frozenset()).of(_info_of(cls))


def field_of(name: str, form: Form, metadata: Mapping[str, str]) -> pa.Field:
    """A column; where it has JSON, its metadata say so."""
    encoding = {"encoding": "json"} if is_json(form) else {}
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


class _Forms(NamedTuple):
    """The forms of the types of fields."""

    bulk: bool
    #: The classes that these fields are in.
    within: frozenset[type]

    def of(self, type: kinds.Type) -> Form:
        if isinstance(type, kinds.Metadata):
            return self.of(type.type)
        if isinstance(type, kinds.UnionType):
            return self._of_union(type)
        if isinstance(type, kinds.LiteralType):
            return TEXT if all(isinstance(value, str) for value in type.values) else JSON
        if isinstance(type, _LISTS):
            return list_of(self.of(type.item_type))
        if isinstance(type, kinds.TupleType):
            items = {self.of(each) for each in type.item_types}
            return list_of(items.pop()) if len(items) == 1 else JSON
        if isinstance(type, _CLASSES):
            return _form_of_struct(type.cls, self)
        return _SCALARS.get(type.__class__, JSON)

    def _of_union(self, union: kinds.UnionType) -> Form:
        forms = {self.of(each) for each in union.types if not isinstance(each, kinds.NoneType)}
        if len(forms) == 1:
            return forms.pop()
        return DOUBLE if forms == {INT, DOUBLE} else JSON


@cache
def _form_of_struct(cls: type, forms: _Forms) -> Form:
    bulk, within = forms
    fields = () if cls in within else fields_of(cls, bulk=bulk, within=within)
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
