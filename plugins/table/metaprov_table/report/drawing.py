"""How numbers are drawn: histograms, bars, ranges and steps, in the colours of the page."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from .svg import INK, SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

__all__ = ["Range", "bars", "histogram", "ranges", "steps"]

_BINS: Final = 24
#: Values that lie farther apart are on a logarithmic axis.
_WIDE: Final = 30.0
#: On a wider one, only powers of ten have a number.
_DECADES: Final = 100.0
#: In inches.
_SIZE: Final = (4.4, 2.3)
#: Where the axes of each figure begin and end, as parts of it: those of a page are in line.
_LEFT, _RIGHT, _BOTTOM, _TOP = 0.1, 0.97, 0.21, 0.96
#: How wide a letter of a name beside them is.
_LETTER: Final = 0.0165


class Range(NamedTuple):
    """How some numbers are distributed, in short."""

    least: float
    lower_quartile: float
    median: float
    upper_quartile: float
    greatest: float


def histogram(
    values: Mapping[str, Sequence[float]], colours: Mapping[str, str], unit: str
) -> Figure:
    """How many of each of some names lie where, one above the other; all are positive."""
    figure, axes = _figure(unit, lines="y")
    least = min(map(min, values.values()))
    greatest = max(map(max, values.values()))
    if greatest > _WIDE * least:
        _logarithmic(axes, greatest / least)
        ratio = (greatest / least) ** (1 / _BINS)
        edges = [least * ratio**place for place in range(_BINS + 1)]
    else:
        # Values that are all the same are one bar in the middle.
        margin = max((greatest - least) * 0.02, greatest * 0.05)
        width = (greatest - least + 2 * margin) / _BINS
        edges = [least - margin + width * place for place in range(_BINS + 1)]
    # A sum of steps may miss the last value by the last bit.
    edges[0], edges[-1] = min(edges[0], least), max(edges[-1], greatest)
    axes.hist(
        list(values.values()),
        bins=edges,
        stacked=True,
        color=[colours[name] for name in values],
    )
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    return figure


def bars(
    labels: Sequence[str],
    counts: Mapping[str, Sequence[int]],
    colours: Mapping[str, str],
    unit: str,
) -> Figure:
    """How many of each of some names there are, a bar for each label."""
    figure, axes = _rows(labels, unit)
    left = [0] * len(labels)
    for name, of_name in counts.items():
        axes.barh(range(len(labels)), of_name, left=left, height=0.66, color=colours[name])
        left = [before + count for before, count in zip(left, of_name, strict=True)]
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    return figure


def ranges(of: Mapping[str, Range], unit: str) -> Figure:
    """From the least to the greatest, the middle half and the median; a row for each label."""
    figure, axes = _rows(list(of), unit)
    greatest = max(each.greatest for each in of.values())
    _logarithmic(axes, greatest / min(each.least for each in of.values()))
    for row, each in enumerate(of.values()):
        axes.plot([each.least, each.greatest], [row, row], color=SERIES[0], linewidth=1.2)
        middle = [each.lower_quartile, each.upper_quartile]
        axes.plot(middle, [row, row], color=SERIES[0], linewidth=9, solid_capstyle="butt")
        axes.plot([each.median], [row], "|", color=INK, markersize=12, markeredgewidth=1.6)
    return figure


def steps(positions: Sequence[float], unit: str) -> Figure:
    """How far it is from each position to the next one."""
    figure, axes = _figure(f"position, {unit}", lines="both")
    lengths = [after - before for before, after in pairwise(positions)]
    axes.stairs(lengths, positions, color=SERIES[1], linewidth=1.4, baseline=None)
    axes.set_ylim(0, max(lengths) * 1.15)
    axes.set_ylabel(f"step, {unit}")
    return figure


def _figure(
    unit: str, *, lines: Literal["both", "x", "y"], begin: float = _LEFT
) -> tuple[Figure, Axes]:
    figure = Figure(figsize=_SIZE)
    axes = figure.add_axes((begin, _BOTTOM, _RIGHT - begin, _TOP - _BOTTOM))
    axes.set_xlabel(unit)
    axes.spines["left"].set_visible(False)
    axes.grid(visible=False)
    axes.grid(visible=True, axis=lines)
    return figure, axes


def _logarithmic(axes: Axes, width: float) -> None:
    """Let one step be a factor, with numbers as they are: no powers."""
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if width < _DECADES else (1,)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())


def _rows(labels: Sequence[str], unit: str) -> tuple[Figure, Axes]:
    """A row for each label, the first one above."""
    figure, axes = _figure(unit, lines="x", begin=0.03 + _LETTER * max(map(len, labels)))
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    return figure, axes
