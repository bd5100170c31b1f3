"""Tables for people, printed by metaprov's own commands and by commands of plugins."""

from __future__ import annotations

import sys
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["print_table"]

_GAP: Final = "  "
#: The last column is never narrower than this; on a narrower terminal, lines are too long.
_NARROWEST: Final = 10
#: The lines of a pipe are never wrapped: other programs read them.
_WIDTH_OF_A_PIPE: Final = 1_000_000


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table to stdout; on a terminal, the last column is wrapped between words.

    No word is broken and nothing is cut, so that names and UIDs can be copied from a terminal: a
    word too long for its column gets its own line. No line ends with blanks.
    """
    console = Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_PIPE, highlight=False)
    *widths, _ = (max(map(cell_len, column)) for column in zip(columns, *rows, strict=True))
    room = max(_NARROWEST, console.width - sum(widths) - len(_GAP) * len(widths))
    console.print(Text(_line(columns, widths), "bold"), soft_wrap=True)
    for row in rows:
        for line in _lines(row, widths, room):
            console.print(Text(line), soft_wrap=True)


def _lines(row: Sequence[str], widths: Sequence[int], room: int) -> Iterator[str]:
    """The lines of a row: the last cell in as many as it needs, the others in the first."""
    *cells, last = row
    whole = sum(widths) + len(_GAP) * len(widths) + room
    for part in _wrapped(last, room):
        is_too_long = cell_len(part) > room
        if any(cells) or not is_too_long:
            yield _line((*cells, "" if is_too_long else part), widths)
        if is_too_long:
            yield " " * (whole - cell_len(part)) + part
        cells = [""] * len(cells)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    *padded, last = cells
    padded = [
        cell + " " * (width - cell_len(cell)) for cell, width in zip(padded, widths, strict=True)
    ]
    return _GAP.join((*padded, last)).rstrip()


def _wrapped(text: str, width: int) -> list[str]:
    lines = [
        part
        for line in text.splitlines()
        for part in wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]
    ]
    return lines or [""]
