"""Text in columns: what every table is laid out with, in a terminal or in ``str()``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["GAP", "line", "widths_of"]

GAP: Final = "  "


def widths_of(rows: Sequence[Sequence[str]], measure: Callable[[str], int] = len) -> list[int]:
    """How wide each column is: as its widest cell."""
    return [max(map(measure, column)) for column in zip(*rows, strict=True)]


def line(cells: Sequence[str], widths: Sequence[int], measure: Callable[[str], int] = len) -> str:
    """A row as a line without blanks at its end; the last cell needs no width."""
    *padded, last = cells
    padded = [
        cell + " " * (width - measure(cell)) for cell, width in zip(padded, widths, strict=False)
    ]
    return GAP.join((*padded, last)).rstrip()
