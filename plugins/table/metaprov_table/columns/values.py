"""From answers to columns: whole columns at once, and row by row where one does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa

from .class_forms import value_of_field
from .form import UnfitError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .asked_type import AskedType
    from .class_forms import ClassField
    from .form import Form

__all__ = ["Filled", "Misfit", "filled"]

#: What pyarrow, and what makes JSON, raise for a value that a column cannot have.
_DOES_NOT_FIT: Final = (
    pa.ArrowException,
    AttributeError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)


class Misfit(NamedTuple):
    """An answer, or a part of it, that its column cannot have; a null is in its place."""

    #: The place of the answer.
    row: int
    reason: str


class Filled(NamedTuple):
    """The columns of one type."""

    arrays: list[pa.Array]
    misfits: list[Misfit]


def filled(asked: AskedType, answers: Sequence[Any], *, nested: bool) -> Filled:
    """The columns of some answers, None where there is none."""
    fields = asked.class_fields
    if fields is None:
        array, misfits = _column(answers, asked.form, "it")
        return Filled([array], misfits)
    misfits = []
    arrays = []
    if any(answer is not None for answer in answers):
        rows = _rows(asked, fields, answers, misfits)
        for field, column in zip(fields, zip(*rows, strict=True), strict=True):
            array, of_field = _column(column, field.form, field.json_name)
            arrays.append(array)
            misfits += of_field
    else:
        arrays = [pa.nulls(len(answers), field.form.type) for field in fields]
    if nested:
        (struct,) = asked.fields(nested=True)
        is_null = pa.array([answer is None for answer in answers], pa.bool_())
        arrays = [pa.StructArray.from_arrays(arrays, fields=list(struct.type), mask=is_null)]
    return Filled(arrays, misfits)


def _rows(
    asked: AskedType,
    fields: Sequence[ClassField],
    answers: Sequence[Any],
    misfits: list[Misfit],
) -> list[tuple[Any, ...]]:
    """The values of the fields of each answer."""
    cls, values_of = asked.answer_class, _getter(fields)
    no_values = (None,) * len(fields)
    rows = []
    for row, answer in enumerate(answers):
        if answer.__class__ is cls:
            rows.append(values_of(answer))
        elif answer is None:
            rows.append(no_values)
        elif _has_fields(answer, fields):
            # Of another class, by the names of its fields.
            rows.append(tuple(value_of_field(answer, field) for field in fields))
        else:
            misfits.append(Misfit(row, f"no field of {_name(cls)} is in {answer!r:.80}"))
            rows.append(no_values)
    return rows


def _getter(fields: Sequence[ClassField]) -> Callable[[Any], tuple[Any, ...]]:
    values_of = attrgetter(*(field.name for field in fields))
    return values_of if len(fields) > 1 else lambda answer: (values_of(answer),)


def _has_fields(answer: Any, fields: Sequence[ClassField]) -> bool:
    if isinstance(answer, Mapping):
        return any(field.name in answer or field.json_name in answer for field in fields)
    return any(hasattr(answer, field.name) for field in fields)


def _column(values: Sequence[Any], form: Form, name: str) -> tuple[pa.Array, list[Misfit]]:
    try:
        return _array(values, form), []
    except _DOES_NOT_FIT:
        return _column_by_row(values, form, name)


def _column_by_row(values: Sequence[Any], form: Form, name: str) -> tuple[pa.Array, list[Misfit]]:
    """The column without the values that do not fit."""
    fitting: list[Any] = []
    misfits = []
    for row, value in enumerate(values):
        try:
            _array([value], form)
        except UnfitError as error:
            misfits.append(Misfit(row, f"{name} {error}"))
            fitting.append(None)
        except _DOES_NOT_FIT:
            misfits.append(Misfit(row, f"{name} is {form.type}, not {value!r:.80}"))
            fitting.append(None)
        else:
            fitting.append(value)
    return _array(fitting, form), misfits


def _array(values: Sequence[Any], form: Form) -> pa.Array:
    of = form.of
    if of is not None:
        values = [None if value is None else of(value) for value in values]
    return pa.array(values, form.type)


def _name(cls: type | None) -> str:
    return "the answer" if cls is None else cls.__name__
