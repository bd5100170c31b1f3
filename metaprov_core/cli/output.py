"""Answers, records and explanations as text for a person, or as JSON for a program."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from metaprov_core.explanation import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metaprov_core import Explanation, MetadataType, PluginRecord, Provider

    from .findings import Finding

__all__ = [
    "print_answer",
    "print_explanation",
    "print_findings",
    "print_image_ids",
    "print_plugins",
    "print_types",
    "print_versions",
]

#: Plugins that take longer to import than this, in milliseconds, are marked.
SLOW_IMPORT: Final = 50.0
# Tables that no terminal cuts are for other programs to cut.
_WIDTH_OF_A_PIPE: Final = 240


def print_answer(answer: Any, *, as_json: bool) -> None:
    """A module as a table of its fields, any other value as it is."""
    if as_json:
        _print_json(answer)
        return
    fields = _fields(answer)
    if fields is None:
        _console().print(Text(_readable(answer)))
        return
    table = _table("field", "value")
    for name, value in fields.items():
        table.add_row(str(name), _readable(value))
    _console().print(table)


def print_explanation(explanation: Explanation, *, as_json: bool) -> None:
    """The table of who was asked."""
    if as_json:
        _print_json(explanation.to_dict())
    else:
        _write(str(explanation))


def print_image_ids(image_ids: Iterable[str], *, as_json: bool) -> None:
    """One id a line, as they are found; as JSON one array."""
    if as_json:
        _print_json(list(image_ids))
        return
    for image_id in image_ids:
        _write(image_id)


def print_plugins(records: Sequence[PluginRecord], *, as_json: bool) -> None:
    """A row a plugin, and below the table why some of them failed."""
    if as_json:
        _print_json([record.to_dict() for record in records])
        return
    table = _table("order", "plugin", "distribution", "status", "types", "schemes", "import ms")
    for record in records:
        table.add_row(
            "" if record.order is None else str(record.order),
            record.name,
            f"{record.distribution} {record.version}".strip() or "by hand",
            record.status,
            _names(record.types) if record.status == "active" else "",
            _names(record.schemes) if record.status == "active" else "",
            _import_time(record.import_ms),
        )
    _console().print(table)
    for record in records:
        if record.error is not None:
            _write(f"{record.name}: {record.error}")


def print_types(
    served: Mapping[str, MetadataType[Any] | None],
    providers: Sequence[Provider],
    *,
    as_json: bool,
) -> None:
    """A row a type: its class, and the providers that declare it, in the order they are asked."""
    rows = [
        (
            type,
            key.answer_class.__name__ if key and key.answer_class else None,
            [each.name for each in providers if each.types and type in each.types],
        )
        for type, key in served.items()
    ]
    if as_json:
        _print_json([dict(zip(("type", "class", "providers"), row, strict=True)) for row in rows])
        return
    table = _table("type", "class", "providers")
    for type, answer_class, names in rows:
        table.add_row(type, answer_class, ", ".join(names))
    _console().print(table)


def print_findings(found: Sequence[Finding], *, as_json: bool) -> None:
    """A line a finding."""
    if as_json:
        _print_json([each._asdict() for each in found])
        return
    for each in found:
        _write(str(each))
    if not found:
        _write("nothing found: every plugin loads, and declares what it serves")


def print_versions(wanted: bool) -> None:  # a callback of typer
    """The version of the core."""
    if wanted:
        from importlib_metadata import version

        _write(f"metaprov {version('metaprov-core')}")
        raise typer.Exit


def _print_json(value: Any) -> None:
    encoded = msgspec.json.format(msgspec.json.encode(value, enc_hook=_jsonable))
    sys.stdout.buffer.write(encoded + b"\n")
    sys.stdout.buffer.flush()


def _jsonable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "to_json_dict"):  # a Dataset of pydicom
        return value.to_json_dict()
    return repr(value)


def _fields(answer: Any) -> Mapping[str, Any] | None:
    if isinstance(answer, msgspec.Struct):
        return msgspec.structs.asdict(answer)
    if is_dataclass(answer):
        return {each.name: getattr(answer, each.name) for each in fields(answer)}
    return answer if isinstance(answer, Mapping) else None


def _readable(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, tuple | list) and not any(isinstance(each, Mapping) for each in value):
        return _first_ones(value)
    return value if isinstance(value, str) else shortened(value)


def _first_ones(values: Sequence[Any]) -> str:
    """The first values, and how many there are if that is not all of them."""
    shown = ", ".join(_readable(each) for each in values[:16])
    return shown if len(values) <= 16 else f"{shown}, ... ({len(values)} values)"


def _names(names: Sequence[str] | None) -> str:
    return "any" if names is None else ", ".join(names)


def _import_time(import_ms: float | None) -> str:
    if import_ms is None:
        return ""
    return f"{import_ms:.1f} slow" if import_ms > SLOW_IMPORT else f"{import_ms:.1f}"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_PIPE, highlight=False)


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n")
