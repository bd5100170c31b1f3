"""Module tables: which attributes make a module, what its fields are called, and what fits them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from metaprov_core import note
from metaprov_dicom.encoding.heads import swapped
from metaprov_dicom.instance.fields import Field, Fields, put
from metaprov_dicom.instance.instance import Instance
from metaprov_dicom.values.dictionary import ATTRIBUTES, Attribute, label
from metaprov_dicom.values.vr import DECIMAL_NUMBERS, TEXTS, WHOLE_NUMBERS

from .plain import WITH_DECIMALS, plain_values
from .sharing import shared_values

__all__ = ["Derive", "Table", "field_name", "fitting", "module_of"]

M = TypeVar("M")

#: Makes a module of an instance and the number of its frame; None where nothing of it is there.
Derive = Callable[[Mapping[str, Any], int], M | None]

_WORDS: Final = re.compile(r"VOI(?=LUT)|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*")


def field_name(keyword: str) -> str:
    """The Python attribute for a DICOM keyword: ``voi_lut_function`` for VOILUTFunction."""
    return "_".join(_WORDS.findall(keyword)).lower()


class Table:
    """The attributes of a module, by keyword, in the order of its fields."""

    def __init__(self, *keywords: str) -> None:
        #: The rows of the data dictionary.
        self.attributes: Final = tuple(ATTRIBUTES[keyword] for keyword in keywords)
        #: The names of the fields.
        self.fields: Final = tuple(map(field_name, keywords))
        self._fields = Fields(
            Field(
                name,
                attribute.tag,
                swapped(attribute.tag),
                fitting(attribute),
                plain_values(attribute),
            )
            for attribute, name in zip(self.attributes, self.fields, strict=True)
        )

    def read(self, instance: Mapping[str, Any]) -> dict[str, Any]:
        """The fields whose attributes are there, have a value, and one of the right kind."""
        if isinstance(instance, Instance):
            return instance.fields(self._fields)
        fields: dict[str, Any] = {}
        for attribute, field in zip(self.attributes, self._fields.all, strict=True):
            put(fields, field, instance.get(attribute.keyword))
        return fields


def module_of(module: Callable[..., M], table: Table) -> Derive[M]:
    """The derivation of a module whose fields are those of its table, and nothing else."""

    def derive(instance: Mapping[str, Any], _frame: int) -> M | None:
        fields = table.read(instance)
        return module(**fields) if fields else None

    return derive


def fitting(attribute: Attribute) -> Callable[[Any], Any]:
    """What turns a value into one of the attribute's kind and number; None where it does not fit.

    Values come from any source, and a file may state another VR than the dictionary's. Equal
    strings and vectors of an attribute are one object.
    """
    if attribute.vr == "SQ":
        return _items
    if attribute.vr.endswith("OW"):
        return _bytes_or_words
    kind = _finite if attribute.tag in WITH_DECIMALS else _KINDS[attribute.vr]
    if attribute.vm != "1":
        length = int(attribute.vm) if attribute.vm.isdecimal() else None
        return _shared(attribute, _several(attribute, kind, length))
    fit = _one(attribute, kind)
    return _shared(attribute, fit) if kind is _text else fit


def _shared(attribute: Attribute, fit: Callable[[Any], Any]) -> Callable[[Any], Any]:
    shared = shared_values(attribute.keyword)

    def fit_shared(value: Any) -> Any:
        # In a series most values are those of the image before, which fitted.
        try:
            known = shared.get(value)
        except TypeError:  # a list, which is not hashable
            known = None
        if known is None:
            value = fit(value)
            known = None if value is None else shared[value]
        return known

    return fit_shared


def _one(attribute: Attribute, kind: Callable[[Any], Any]) -> Callable[[Any], Any]:
    is_text = attribute.vr in ("LO", "PN", "SH")

    def fit(value: Any) -> Any:
        given = value
        if isinstance(value, tuple | list):
            # A backslash separates values, but in free text people mean the character.
            is_split = is_text and all(isinstance(text, str | None) for text in value)
            value = "\\".join(text or "" for text in value) if is_split else None
        return _said(attribute, given, kind(value))

    return fit


def _several(
    attribute: Attribute, kind: Callable[[Any], Any], length: int | None
) -> Callable[[Any], Any]:
    def fit(value: Any) -> Any:
        given = value if isinstance(value, tuple | list) else (value,)
        fitting = tuple(map(kind, given))
        if length is None:
            return _said(attribute, value, None if set(fitting) <= {None} else fitting)
        complete = len(fitting) == length and None not in fitting
        return _said(attribute, value, fitting if complete else None)

    return fit


def _said(attribute: Attribute, given: Any, fitting: Any) -> Any:
    if fitting is None:
        expected = f"{attribute.vm} {attribute.vr}"
        note(f"{label(attribute.tag)} is not understood: {given!r:.80}; expected {expected}")
    return fitting


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _whole(value: Any) -> int | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _finite(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _bytes_or_words(value: Any) -> bytes | tuple[int, ...] | None:
    if isinstance(value, bytes):
        return value or None
    words = tuple(map(_whole, value if isinstance(value, tuple | list) else (value,)))
    return None if None in words else words  # type: ignore[return-value]


def _items(value: Any) -> tuple[Mapping[str, Any], ...] | None:
    given = value if isinstance(value, tuple | list) else (value,)
    return tuple(item for item in given if isinstance(item, Mapping)) or None


_KINDS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys((*WHOLE_NUMBERS, "US or SS"), _whole),
    **dict.fromkeys(DECIMAL_NUMBERS, _finite),
}
