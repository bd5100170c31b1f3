"""One type that is asked, and the columns that its answers fill."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa

from .attributes import attribute_form, tag_of
from .class_forms import ClassField, field_of, fields_of, form_of_class
from .form import TEXT, Form, list_of
from .private_creators import PRIVATE_CREATORS

__all__ = ["AskedType"]


class AskedType(NamedTuple):
    """One type, as a host knows it."""

    name: str
    #: Whether its answers rest on the whole series.
    of_series: bool
    #: The class of its answers; None where it is not known.
    answer_class: type | None
    #: Whether it has its bulky fields, too.
    bulk: bool

    @property
    def class_fields(self) -> tuple[ClassField, ...] | None:
        """The fields of its answers; None where an answer is one value."""
        return fields_of(self.answer_class, bulk=self.bulk)

    @property
    def form(self) -> Form:
        """The form of an answer that is one value."""
        return _form_of(self)

    def fields(self, *, nested: bool) -> tuple[pa.Field, ...]:
        """Its columns: ``type__field`` each, or one struct where they are nested."""
        fields = self.class_fields
        if fields is None:
            return (field_of(self.name, self.form, {}),)
        if nested:
            return (pa.field(self.name, pa.struct(self._members())),)
        return tuple(
            field_of(f"{self.name}__{each.json_name}", each.form, each.metadata) for each in fields
        )

    def _members(self) -> list[pa.Field]:
        return [
            field_of(each.json_name, each.form, each.metadata) for each in self.class_fields or ()
        ]


@lru_cache(1024)
def _form_of(asked: AskedType) -> Form:
    if asked.name == PRIVATE_CREATORS:
        return list_of(TEXT)
    if tag_of(asked.name) is not None:
        return attribute_form(asked.name, asked.answer_class, bulk=asked.bulk)
    return form_of_class(asked.answer_class, bulk=asked.bulk)
