"""The codes of notes, and the findings, that the packages of this project have."""

from __future__ import annotations

import ast
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from packages_there_are import sources_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Where each package has the table of its codes, ``KINDS``.
TABLES: Final = {
    "metaprov-scaling": "metaprov_scaling.suv.notes",
    "metaprov-volume": "metaprov_volume.geometry.notes",
    "metaprov-nifti": "metaprov_nifti.notes",
}
#: What makes a note of its code, which is the first argument.
_MAKERS: Final = frozenset({"Note", "noted"})


class Code(NamedTuple):
    """A kind of note."""

    code: str
    severity: str
    meaning: str
    package: str


def codes() -> list[Code]:
    """Every code, as its package explains it."""
    return [
        Code(code, kind.severity, getattr(kind, "meaning", None) or kind.sentence, package)
        for package, table in TABLES.items()
        for code, kind in import_module(table).KINDS.items()
    ]


def findings() -> tuple[Any, ...]:
    """What ``metaprov report`` looks for."""
    from metaprov_table.checking import FINDINGS

    return FINDINGS


def codes_used() -> set[str]:
    """The codes that the sources of all packages give to notes."""
    return {code for path in sources_of() for code in codes_in(path.read_text("utf-8"))}


def codes_in(source: str) -> Iterator[str]:
    """The codes that a source gives to notes as they stand there: ``noted("singleSlice")``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and _makes_a_note(node.func, node.args):
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _makes_a_note(called: ast.expr, arguments: Iterable[ast.expr]) -> bool:
    match called:
        case ast.Name(id=name):
            return name in _MAKERS
        case ast.Attribute(value=ast.Name(id="notes"), attr="add"):
            return len(list(arguments)) == 3
    return False
