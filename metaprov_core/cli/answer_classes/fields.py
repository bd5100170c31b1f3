"""The fields of a class of answers, as their annotations and its docstring explain them."""

from __future__ import annotations

import re
from dataclasses import is_dataclass
from inspect import cleandoc
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args, get_type_hints

import msgspec

from .type_names import type_name

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["AnswerField", "fields_of", "item_classes_of", "sections_in", "summary_of"]

#: Where a docstring of metaprov-modules begins to tell the fields.
_FIELDS: Final = "Fields:\n"
#: "PS3.3 C.7.6.2", or several sections of a part: "PS3.3 C.8.9.1, C.8.9.2".
_PART: Final = re.compile(r"(PS3\.\d+) ((?:[A-Z]\.)?\d+(?:\.\d+)*(?:, (?:[A-Z]\.)?\d+(?:\.\d+)*)*)")


class AnswerField(NamedTuple):
    """One field: what it is called, of what type it is, and what it means."""

    name: str
    #: Its name in JSON, which is Cornerstone's.
    json_name: str
    #: As it is written: ``tuple[float, ...] | None``.
    type: str
    #: Empty where it has none; the name of another field where that says it.
    unit: str
    meaning: str
    #: The DICOM attribute it is taken from: "PixelSpacing (0028,0030)"; two are joined by ``/``.
    attribute: str


def fields_of(answer_class: type) -> tuple[AnswerField, ...]:
    """The fields of a struct of msgspec or of a dataclass, in order; none of any other class."""
    hints = _hints_of(answer_class)
    names = _names_of(answer_class)
    return tuple(
        AnswerField(name, json_name, type_name(hints[name]), *_told(hints[name]))
        for name, json_name in names.items()
    )


def item_classes_of(answer_class: type) -> list[type]:
    """The classes with fields that the fields of a class hold, at any depth, each once."""
    found: list[type] = []
    # A class may hold others of its own: what was found is looked into once.
    for looked_into in chain([answer_class], found):
        for annotation in _hints_of(looked_into).values():
            for each in _classes_in(annotation):
                if each not in found and _names_of(each):
                    found.append(each)
    return found


def summary_of(answer_class: type) -> str:
    """The docstring of a class without the fields; empty where it has none of its own."""
    text = cleandoc(answer_class.__doc__ or "").partition(_FIELDS)[0].strip()
    # What `dataclass` writes where its author has written nothing: the signature.
    if text.startswith(f"{answer_class.__name__}("):
        return ""
    return "\n\n".join(map(_on_one_line, text.split("\n\n")))


def sections_in(text: str) -> tuple[str, ...]:
    """The sections of the DICOM standard that a text names: "PS3.3 C.7.6.2"."""
    return tuple(
        dict.fromkeys(
            f"{part} {section}"
            for part, sections in _PART.findall(text)
            for section in sections.split(", ")
        )
    )


def _on_one_line(paragraph: str) -> str:
    """A paragraph without the line feeds of its source; what is indented keeps them."""
    return paragraph if "\n " in paragraph else paragraph.replace("\n", " ")


def _names_of(answer_class: Any) -> dict[str, str]:
    """The fields by their names in Python, with those in JSON."""
    if isinstance(answer_class, type) and issubclass(answer_class, msgspec.Struct):
        in_json = answer_class.__struct_encode_fields__
        return dict(zip(answer_class.__struct_fields__, in_json, strict=True))
    if isinstance(answer_class, type) and is_dataclass(answer_class):
        return {name: name for name in answer_class.__dataclass_fields__}
    return {}


def _hints_of(answer_class: Any) -> dict[str, Any]:
    """The annotations of the fields, as they are written where they cannot be evaluated."""
    names = _names_of(answer_class)
    if not names:
        return {}
    try:
        hints = get_type_hints(answer_class, include_extras=True)
    except Exception:  # they are any code: mostly they name what only type checkers import
        hints = {}
        for parent in reversed(answer_class.__mro__):
            hints |= parent.__dict__.get("__annotations__", {})  # noqa: RUF063 - not evaluated
    return {name: hints.get(name, "") for name in names}


def _told(annotation: Any) -> tuple[str, str, str]:
    """The unit, the meaning and the attribute that an annotation tells."""
    for meta in getattr(annotation, "__metadata__", ()):
        if isinstance(meta, msgspec.Meta):
            extra = meta.extra or {}
            return extra.get("unit", ""), meta.description or "", extra.get("attribute", "")
    return "", "", ""


def _classes_in(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for each in get_args(annotation):
        yield from _classes_in(each)
