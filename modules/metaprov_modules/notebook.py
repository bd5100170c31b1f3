"""What a notebook shows of an answer: a table of HTML."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["html_of"]

#: What is longer is shortened: so many characters of a text, values of a sequence, and structs.
CHARACTERS_SHOWN: Final = 200
VALUES_SHOWN: Final = 16
STRUCTS_SHOWN: Final = 10

_NO_VALUE: Final = "-"


def html_of(answer: msgspec.Struct) -> str:
    """A table with a row a field: its name, its value, its unit; what it means is its title."""
    rows = "".join(_rows(answer, depth=0))
    head = "<tr><th>field</th><th>value</th><th>unit</th></tr>"
    caption = f"<caption>{escape(type(answer).__name__)}</caption>"
    return f"<table>{caption}<thead>{head}</thead><tbody>{rows}</tbody></table>"


class _Field(NamedTuple):
    name: str
    meaning: str
    unit: str


@cache
def _fields_of(answer_class: type[msgspec.Struct]) -> tuple[_Field, ...]:
    return tuple(
        _Field(field.name, *_meaning_of(field.type))
        for field in msgspec.structs.fields(answer_class)
    )


def _meaning_of(annotation: Any) -> tuple[str, str]:
    for meta in getattr(annotation, "__metadata__", ()):
        if isinstance(meta, msgspec.Meta):
            return meta.description or "", (meta.extra or {}).get("unit", "")
    return "", ""


def _rows(answer: msgspec.Struct, depth: int) -> Iterator[str]:
    for field in _fields_of(type(answer)):
        value = getattr(answer, field.name)
        if isinstance(value, msgspec.Struct):
            yield _row(field, "", "", depth)
            yield from _rows(value, depth + 1)
        elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
            yield from _rows_of_several(field, value, depth)
        else:
            yield _row(field, _shown(value), _unit(field, answer), depth)


def _rows_of_several(field: _Field, structs: tuple[Any, ...], depth: int) -> Iterator[str]:
    for place, each in enumerate(structs[:STRUCTS_SHOWN]):
        yield _row(field._replace(name=f"{field.name}[{place}]"), "", "", depth)
        yield from _rows(each, depth + 1)
    if len(structs) > STRUCTS_SHOWN:
        yield _row(field, f"... {len(structs):,} in all", "", depth)


def _row(field: _Field, value: str, unit: str, depth: int) -> str:
    indent = f' style="padding-left: {2 * depth + 0.5}em"' if depth else ""
    name = f'<td title="{escape(field.meaning)}"{indent}>{escape(field.name)}</td>'
    return f"<tr>{name}<td>{escape(value)}</td><td>{escape(unit)}</td></tr>"


def _shown(value: Any) -> str:
    if value is None:
        return _NO_VALUE
    if isinstance(value, tuple) and len(value) > VALUES_SHOWN:
        first = ", ".join(map(repr, value[:VALUES_SHOWN]))
        return f"({_cut(first)}, ... {len(value):,} values in all)"
    return _cut(value if isinstance(value, str) else repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= CHARACTERS_SHOWN else f"{text[:CHARACTERS_SHOWN]}..."


def _unit(field: _Field, answer: msgspec.Struct) -> str:
    """The unit of a value; where another field has it, what that field says."""
    said = getattr(answer, field.unit, None) if field.unit in answer.__struct_fields__ else None
    return said if isinstance(said, str) else field.unit
