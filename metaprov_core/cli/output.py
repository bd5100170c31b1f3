"""Answers, records and explanations as text for a person, or as JSON for a program."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import msgspec
import typer

import metaprov_core
from metaprov_core.asking.explanation import shortened

from .as_json import print_json
from .disagreements import types_in_short
from .findings import SLOW_IMPORT
from .tables import print_fields, print_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeGuard

    from metaprov_core import Explanation, PluginRecord

    from .disagreements import ImageFindings
    from .findings import Finding

__all__ = [
    "print_answer",
    "print_answer_of",
    "print_answers",
    "print_explanation",
    "print_findings",
    "print_plugins",
    "print_versions",
]

#: How many values of a field are shown.
_FIRST: Final = 16
#: A plugin with more types than this shows their number; --json has all names.
_NAMED: Final = 3


def print_answer(answer: Any, *, as_json: bool) -> None:
    """Print a module as a table of its fields, and any other value in full."""
    if as_json:
        print_json(answer)
    elif (fields := _fields(answer)) is not None:
        print_table(("field", "value"), list(_rows(fields)))
    else:
        for line in _lines(answer):
            _write(line)


def print_answer_of(image_id: str, answer: Any, *, is_first: bool) -> None:
    """Print the answer for one of several images, each line with the id, or below it."""
    if (fields := _fields(answer)) is None:
        for line in _lines(answer):
            _write(f"{image_id}\t{line}")
        return
    if not is_first:
        _write("")
    print_fields(image_id, list(_rows(fields)))


def print_explanation(explanation: Explanation, *, as_json: bool) -> None:
    """Print the table of who was asked."""
    if as_json:
        print_json(explanation.to_dict())
    else:
        _write(str(explanation))


def print_plugins(records: Sequence[PluginRecord], *, as_json: bool) -> None:
    """Print a row for each plugin, and below the table why some of them failed."""
    if as_json:
        print_json([record.to_dict() for record in records])
        return
    rows = [
        (
            record.status if record.order is None else str(record.order),
            record.name,
            ", ".join(record.groups) or "-" if record.status == "active" else "",
            f"{record.distribution} {record.version}".strip() or "by hand",
            _import_time(record.import_ms),
            _served(record) if record.status == "active" else "",
        )
        for record in records
    ]
    print_table(("order", "plugin", "group", "distribution", "import ms", "serves"), rows)
    for record in records:
        if record.error is not None:
            _write(f"{record.name}: {record.error}")


def print_findings(found: Sequence[Finding], *, as_json: bool) -> None:
    """Print a line for each finding."""
    if as_json:
        print_json([finding._asdict() for finding in found])
        return
    for finding in found:
        _write(str(finding))


def print_answers(found: ImageFindings) -> None:
    """Print who answers which types of an image, and below that what was noted."""
    answered = [(plugin, ", ".join(types)) for plugin, types in found.answers.items()]
    noted = [(types_in_short(types), note) for note, types in found.notes.items()]
    for columns, rows in ((("plugin", "answers"), answered), (("type", "note"), noted)):
        if rows:
            _write("")
            print_table(columns, rows)


def print_versions(wanted: bool) -> None:  # a callback of typer
    """Print the version of the core."""
    if wanted:
        _write(f"metaprov {metaprov_core.__version__}")
        raise typer.Exit


def _lines(answer: Any) -> Sequence[str]:
    """An answer without fields, for people and programs."""
    if _is_list(answer) and all(isinstance(item, str) for item in answer):
        # Mostly image ids: other programs read them, as they read those of `metaprov find`.
        return answer
    if _is_list(answer) or isinstance(answer, bytes):
        return [_readable(answer)]
    return str(answer).split("\n")


def _fields(answer: Any) -> Mapping[str, Any] | None:
    if isinstance(answer, msgspec.Struct):
        return msgspec.structs.asdict(answer)
    if is_dataclass(answer):
        return {field.name: getattr(answer, field.name) for field in fields(answer)}
    return answer if isinstance(answer, Mapping) else None


def _rows(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A row for each field; below a field that holds structs, their fields, indented."""
    for name, value in fields.items():
        if inner := _fields(value):
            yield name, ""
            for below, text in _rows(inner):
                yield f"  {below}", text
        elif structs := _structs(value):
            yield name, _how_many(value)
            for struct in structs:
                for place, (below, text) in enumerate(_rows(struct)):
                    yield f"{'    ' if place else '  - '}{below}", text
        else:
            yield name, _readable(value)


def _structs(value: Any) -> list[Mapping[str, Any]]:
    """The fields of each of the first items; empty unless all of them are structs."""
    if not _is_list(value):
        return []
    inner = [_fields(item) for item in islice(value, _FIRST)]
    return [fields for fields in inner if fields] if all(inner) else []


def _readable(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if _is_list(value):
        first = [_readable(item) for item in islice(value, _FIRST)]
        return ", ".join(part for part in (*first, _how_many(value)) if part)
    return value if isinstance(value, str) else shortened(value)


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)


def _how_many(values: Sequence[Any]) -> str:
    """How many values there are, unless all of them are shown."""
    return f"... ({len(values)} values)" if len(values) > _FIRST else ""


def _served(record: PluginRecord) -> str:
    """The types that a plugin serves, by name or, if there are many, by number; and its schemes."""
    if record.types is None:
        types = "every type"
    elif len(record.types) > _NAMED:
        types = f"{len(record.types)} types"
    else:
        types = ", ".join(record.types)
    if not types or record.schemes is None:
        return types or "-"
    return f"{types} for {', '.join(record.schemes)}"


def _import_time(import_ms: float | None) -> str:
    if import_ms is None:
        return ""
    return f"{import_ms:.1f} slow" if import_ms > SLOW_IMPORT else f"{import_ms:.1f}"


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n")
