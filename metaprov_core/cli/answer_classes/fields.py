"""The fields of a class of answers, as their annotations and its docstring explain them."""

from __future__ import annotations

import inspect
import re
import sys
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from metaprov_core.answers import field_names
from metaprov_core.cli.type_names import type_name

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


def fields_of(answer_class: Any) -> tuple[AnswerField, ...]:
    """The fields of a class of answers, in order; none of one that has no fields."""
    hints = _hints_of(answer_class)
    names = _names_of(answer_class)
    return tuple(
        AnswerField(name, json_name, type_name(hints[name]), *_told(hints[name]))
        for name, json_name in names.items()
    )


def item_classes_of(answer_class: Any) -> list[type]:
    """The classes with fields that a class holds, at any depth, each once.

    They are those of its fields, and its parameters: `Plane` of ``tuple[Plane, ...]``.
    """
    found: list[type] = []
    # A class may hold others of its own: what was found is looked into once.
    for looked_into in chain([answer_class], found):
        for annotation in (*get_args(looked_into), *_hints_of(looked_into).values()):
            for each in _classes_in(annotation):
                if each not in found and field_names(each):
                    found.append(each)
    return found


def summary_of(answer_class: Any) -> str:
    """The docstring of a class; empty where it has none of its own.

    It is without the fields where these tell themselves what they mean.
    """
    answer_class = get_origin(answer_class) or answer_class
    text = inspect.cleandoc(answer_class.__doc__ or "").strip()
    if any(field.meaning for field in fields_of(answer_class)):
        text = text.partition(_FIELDS)[0].strip()
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
    names = field_names(answer_class)
    in_json = getattr(answer_class, "__struct_encode_fields__", names)
    return dict(zip(names, in_json, strict=True))


def _hints_of(answer_class: Any) -> dict[str, Any]:
    """The annotations of the fields, as they are written where they cannot be evaluated."""
    names = _names_of(answer_class)
    if not names:
        return {}
    answer_class = get_origin(answer_class) or answer_class
    try:
        hints = get_type_hints(answer_class, include_extras=True)
    except Exception:  # they are any code: mostly they name what only type checkers import
        hints = {}
        for parent in reversed(answer_class.__mro__):
            hints |= _as_written(parent)
    return {name: hints.get(name, "") for name in names}


def _as_written(answer_class: type) -> dict[str, Any]:
    """The annotations in the body of a class, none of them evaluated."""
    if sys.version_info >= (3, 14):
        from annotationlib import Format, get_annotations

        return get_annotations(answer_class, format=Format.STRING)
    return inspect.get_annotations(answer_class)


def _told(annotation: Any) -> tuple[str, str, str]:
    """The unit, the meaning and the attribute that an annotation tells."""
    for meta in getattr(annotation, "__metadata__", ()):
        if isinstance(meta, msgspec.Meta):
            extra = meta.extra or {}
            return extra.get("unit", ""), meta.description or "", extra.get("attribute", "")
    return "", "", ""


def _classes_in(annotation: Any) -> Iterator[type]:
    held = get_origin(annotation) or annotation
    if isinstance(held, type):
        yield held
    for each in get_args(annotation):
        yield from _classes_in(each)
