"""Tables for people, printed by metaprov's own commands and by commands of plugins."""

from __future__ import annotations

import re
import sys
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text

from metaprov_core.columns import GAP, widths_of

from .styles import HEADING, Styled, console

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

__all__ = ["has_room_for", "print_fields", "print_rows", "print_table"]

#: The last column is never narrower than this; on a narrower terminal, it stands below the others.
_NARROWEST: Final = 10
#: How far it is indented there.
_BELOW: Final = " " * 4
#: Control characters but the end of a line, and those that turn the direction of a text or hide.
_OBEYED: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
#: The lines of a pipe are never wrapped: other programs read them.
_WIDTH_OF_A_PIPE: Final = 1_000_000


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    below: Sequence[Sequence[str]] = (),
) -> None:
    """Print a table to stdout; on a terminal, the last column is wrapped between words.

    No word is broken and nothing is cut, so that names and UIDs can be copied from a terminal: a
    word too long for its column gets its own line. No line ends with blanks. What a terminal would
    obey, such as an escape sequence in a header, is escaped. ``below`` are the lines that stand
    below each row. Cells and lines that are `Styled` have their style on a terminal.
    """
    console = _console()
    rows = [*map(_harmless_row, rows)]
    *widths, _ = widths_of([columns, *rows], cell_len)
    _print_rows(console, [columns], widths, HEADING)
    _print_rows(console, rows, widths, below=below)


def print_rows(
    rows: Sequence[Sequence[str]],
    below: Sequence[Sequence[str]] = (),
    *,
    indent: str = "",
    style: str = "",
) -> None:
    """Print rows as those of a table without names of columns: a branch of a tree, say."""
    rows = [*map(_harmless_row, rows)]
    if rows:
        widths = widths_of(rows, cell_len)[:-1]
        _print_rows(_console(), rows, widths, style, below=below, indent=indent)


def has_room_for(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a terminal has room for a table, whose last column may stand below; a pipe has.

    A table that has no room can be printed all the same, and the terminal breaks its lines.
    """
    *widths, _ = widths_of([columns, *rows], cell_len)
    return sum(widths) + len(GAP) * (len(widths) - 1) <= _console().width


def print_fields(title: str, fields: Sequence[tuple[str, str]]) -> None:
    """Print a title and below it a field and its value on each line, wrapped as in a table."""
    console = _console()
    console.print(Text(_in_one_line(title), HEADING), soft_wrap=True)
    rows = [(f"{GAP}{name}", _harmless(value)) for name, value in fields]
    _print_rows(console, rows, widths_of(rows, cell_len)[:-1])


def _harmless_row(row: Sequence[str]) -> Sequence[str]:
    return [*map(_in_one_line, row[:-1]), _harmless(row[-1])]


def _harmless(text: str) -> str:
    """A text in which a terminal finds nothing to obey; lines may end."""
    return _as_styled(
        text, _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    )


def _in_one_line(text: str) -> str:
    return _as_styled(text, _harmless(text).replace("\n", "\\n"))


def _as_styled(text: str, changed: str) -> str:
    """What became of a text, in the style of that."""
    return Styled(changed, text.style) if isinstance(text, Styled) else changed


def _console() -> Console:
    return console(None if sys.stdout.isatty() else _WIDTH_OF_A_PIPE)


def _print_rows(
    console: Console,
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    style: str = "",
    *,
    below: Sequence[Sequence[str]] = (),
    indent: str = "",
) -> None:
    whole = console.width - len(indent)
    room = whole - sum(widths) - len(GAP) * len(widths)
    room_below = max(_NARROWEST, whole - len(_BELOW))
    for row, remarks in zip_longest(rows, below, fillvalue=()):
        if room < _NARROWEST:
            lines = [*_lines_below(row, widths, room_below)]
        else:
            lines = [*_lines(row, widths, room)]
        for remark in remarks:
            parts = _wrapped(_in_one_line(remark), room_below)
            lines += [_line((_BELOW, part), (len(_BELOW),), "") for part in parts]
        for text in lines:
            console.print(Text(indent, style).append_text(text), style=style, soft_wrap=True)


def _line(cells: Sequence[str], widths: Sequence[int], gap: str = GAP) -> Text:
    """A row as a line without blanks at its end, each cell in its style."""
    *padded, last = cells
    text = Text()
    for cell, width in zip(padded, widths, strict=False):
        text.append(cell, _style_of(cell)).append(" " * (width - cell_len(cell)) + gap)
    text.append(last, _style_of(last))
    text.rstrip()
    return text


def _style_of(cell: str) -> str:
    return cell.style if isinstance(cell, Styled) else ""


def _lines(row: Sequence[str], widths: Sequence[int], room: int) -> Iterator[Text]:
    """The lines of a row: the last cell in as many as it needs, the others in the first."""
    *cells, last = row
    whole = sum(widths) + len(GAP) * len(widths) + room
    for part in _wrapped(last, room):
        is_too_long = cell_len(part) > room
        if any(cells) or not is_too_long:
            yield _line((*cells, "" if is_too_long else part), widths)
        if is_too_long:
            before = whole - cell_len(part)
            yield _line((" " * before, part), (before,), "")
        cells = [""] * len(cells)


def _lines_below(row: Sequence[str], widths: Sequence[int], room: int) -> Iterator[Text]:
    """The lines of a row beside whose cells there is no room for the last one."""
    *cells, last = row
    if any(cells):
        yield _line((*cells, ""), widths)
    for part in _wrapped(last, room):
        if part:
            yield _line((_BELOW, part), (len(_BELOW),), "")


def _wrapped(text: str, width: int) -> list[str]:
    lines = [
        part
        for text_line in text.splitlines()
        for part in wrap(text_line, width, break_long_words=False, break_on_hyphens=False) or [""]
    ]
    return [_as_styled(text, part) for part in lines] or [""]
