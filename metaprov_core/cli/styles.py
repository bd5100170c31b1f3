"""Colours with a meaning: text that a terminal shows in a style, and everything else as it is."""

from __future__ import annotations

import sys
from typing import Any, Final, Self

from rich.console import Console

__all__ = ["BAD", "DOUBTFUL", "GOOD", "GROUP", "HEADING", "QUIET", "Styled", "console", "style_of"]

HEADING: Final = "bold"
#: What comes below a heading, and has rows of its own: a study of a patient.
GROUP: Final = "cyan"
GOOD: Final = "green"
DOUBTFUL: Final = "yellow"
BAD: Final = "red"
QUIET: Final = "dim"

_OF_SEVERITIES: Final = {
    "info": QUIET,
    "remark": DOUBTFUL,
    "assumed": DOUBTFUL,
    "repaired": DOUBTFUL,
    "warning": DOUBTFUL,
    "error": BAD,
    "refused": BAD,
}


class Styled(str):
    """A text with a style of rich; whoever does not know of styles has the text."""

    __slots__ = ("style",)

    style: str

    def __new__(cls, text: str, style: str) -> Self:
        """The text, with ``style`` for a terminal."""
        styled = super().__new__(cls, text)
        styled.style = style
        return styled


def style_of(severity: str) -> str:
    """The style of a finding, or a note, of this severity; of any other word, none."""
    return _OF_SEVERITIES.get(severity, "")


def console(width: int | None) -> Console:
    """What prints to stdout, in colour on a terminal alone.

    As rich has it, NO_COLOR takes the colours away, and FORCE_COLOR brings them to a pipe. A file
    of ``--output`` has none, whatever they say.
    """
    options: dict[str, Any] = {}
    if sys.stdout is not sys.__stdout__ and not sys.stdout.isatty():
        options["force_terminal"] = False
    return Console(width=width, highlight=False, **options)
