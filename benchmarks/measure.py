"""Timing things side by side: medians of interleaved rounds, so that noise meets all of them."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Row(NamedTuple):
    """One line of a table: a figure next to its reference of the same run."""

    what: str
    figure: float
    reference: float | None = None
    #: What the reference is.
    to: str = ""
    #: The largest ratio, or where there is no reference the largest figure, that is wanted.
    goal: float | None = None


class Table(NamedTuple):
    """What was measured of one subject."""

    title: str
    unit: str
    rows: list[Row]
    remark: str = ""


def medians(cases: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each case, one call of each a round."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            started = perf_counter()
            case()
            taken[name].append(perf_counter() - started)
    return {name: median(times) for name, times in taken.items()}


def as_markdown(table: Table) -> str:
    lines = [
        f"## {table.title}",
        "",
        f"| what | {table.unit} | reference | ratio | goal |",
        "|---|---|---|---|---|",
        *map(_line, table.rows),
    ]
    if table.remark:
        lines += ["", table.remark]
    return "\n".join(lines)


def _line(row: Row) -> str:
    if row.reference is None:
        reference = ratio = "-"
        measured = row.figure
        limit = "-" if row.goal is None else f"<= {row.goal:g}"
    else:
        measured = row.figure / row.reference
        reference = f"{row.to} {_short(row.reference)}".strip()
        ratio = _short_ratio(measured)
        limit = "-" if row.goal is None else f"<= {row.goal:.2g}x"
    if row.goal is not None and measured > row.goal:
        limit += ", not reached"
    return f"| {row.what} | {_short(row.figure)} | {reference} | {ratio} | {limit} |"


def _short(figure: float) -> str:
    return f"{figure:.0f}" if figure >= 100 else f"{figure:.3g}"


def _short_ratio(ratio: float) -> str:
    if ratio < 0.1:
        return f"{ratio:.2g}"
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"
