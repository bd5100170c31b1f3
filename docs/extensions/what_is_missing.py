"""What the documentation lacks: each function compares what there is with what is documented.

They know nothing of Sphinx: `nothing_missing` asks them at the end of a build, and the tests ask
them about things that are missing indeed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metaprov_core.cli.answer_classes.fields import fields_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from commands_there_are import Command
    from notes_there_are import Code

    from metaprov_core.cli.answer_classes.described import TypeDescription

_VARIABLE: Final = re.compile(r"\bMETAPROV_[A-Z_]*[A-Z]\b")


def of_types(types: Mapping[str, TypeDescription], documented: Collection[str]) -> Iterator[str]:
    """Types that are on no page, or of which nobody says what their answers are."""
    for name, described in types.items():
        if name not in documented:
            yield f"the type {name} is on no page: name it in an {{answers}} directive"
        if not described.summary:
            yield (
                f"nothing says what {name} is: give its class a docstring, or its MetadataType a "
                "meaning"
            )


def of_classes(classes: Iterable[type], documented: Collection[str]) -> Iterator[str]:
    """Classes that answers hold, and that are on no page; fields that nobody explains."""
    for each in classes:
        if each.__name__ not in documented:
            yield f"the class {each.__name__} is on no page: name it in an {{answers}} directive"
        for field in fields_of(each):
            if not field.meaning:
                yield (
                    f"{each.__name__}.{field.name} has no meaning: annotate it, "
                    "Annotated[..., meaning(...)]"
                )


def of_variables(used: Collection[str], documented: Collection[str]) -> Iterator[str]:
    """Variables of the environment that are in the code or on the page alone."""
    for name in sorted({*used} - {*documented}):
        yield f"{name} is read, and not on the page reference/environment"
    for name in sorted({*documented} - {*used}):
        yield f"{name} is on the page reference/environment, and nothing reads it"


def variables_in(sources: Iterable[Path]) -> set[str]:
    """The variables of the environment that sources name."""
    return {name for path in sources for name in _VARIABLE.findall(path.read_text("utf-8"))}


def of_commands(commands: Iterable[Command], documented: Collection[str]) -> Iterator[str]:
    """Commands that are on no page, and those and their options that say nothing."""
    for command in commands:
        if command.name not in documented:
            yield f"the command {command.name} is on no page"
        if not command.help:
            yield f"the command {command.name} does not say what it does: give it a docstring"
        if not command.example:
            yield f"the command {command.name} has no example: give it an epilog"
        for each in command.parameters:
            if not each.help:
                yield f"{each.name} of {command.name} does not say what it does: give it a help"


def of_codes(
    codes: Iterable[Code], used: Collection[str], documented: Collection[str]
) -> Iterator[str]:
    """Codes of notes that are in no table, on no page, or without a meaning."""
    known = set()
    for each in codes:
        known.add(each.code)
        if each.code not in documented:
            yield f"the code {each.code} of a note is on no page"
        if not each.meaning:
            yield f"the code {each.code} of a note has no meaning in the table of {each.package}"
    for code in sorted({*used} - known):
        yield f"a note has the code {code}, which is in no table of codes"


def of_names(names: Iterable[str], documented: Collection[str]) -> Iterator[str]:
    """Public names that are on no page."""
    for name in names:
        if name not in documented:
            yield f"{name} is public, and on no page"
