"""The plots of a page: distributions by modality, SUV factors by vendor, positions of slices."""

from __future__ import annotations

import warnings
from itertools import pairwise
from math import log10
from typing import TYPE_CHECKING, Final, NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure

from .overview import asked
from .svg import INK, MUTED, SERIES, inline_svg, label_of, style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from duckdb import DuckDBPyConnection
    from markupsafe import Markup
    from matplotlib.axes import Axes

    from .overview import Rows

__all__ = ["Plot", "plots"]

#: How many plots a page has.
_MOST: Final = 12
#: How many names, of modalities, vendors or sizes, a plot tells apart.
_NAMES: Final = 8
_BINS: Final = 24
#: Values that lie farther apart are on a logarithmic axis.
_WIDE: Final = 30.0
#: In inches.
_SIZE: Final = (4.4, 2.3)


class Plot(NamedTuple):
    """A figure, and what it shows."""

    title: str
    caption: str
    svg: Markup


class _Distribution(NamedTuple):
    """A number of each series, or volume, as a histogram."""

    title: str
    caption: str
    unit: str
    #: Selects the modality and the number.
    query: str


def _of_series(number: str) -> str:
    return f"""
        SELECT any_value(generalSeriesModule__modality), any_value({number}) AS number
        FROM images GROUP BY series HAVING number > 0
    """


_DISTRIBUTIONS: Final = (
    _Distribution(
        "Pixel spacing",
        "Between rows, a series each.",
        "mm",
        _of_series("imagePlaneModule__pixelSpacing[1]"),
    ),
    _Distribution(
        "Slice thickness",
        "As the header says, a series each.",
        "mm",
        _of_series("imagePlaneModule__sliceThickness"),
    ),
    _Distribution(
        "Slice step",
        "Measured between positions, a volume each.",
        "mm",
        "SELECT modality, spacing[3] FROM volumes WHERE spacing[3] > 0",
    ),
)
_SIZES: Final = """
    SELECT size, modality, count(*) AS series
    FROM (
        SELECT any_value(generalSeriesModule__modality) AS modality,
            any_value(imagePixelModule__columns || ' x ' || imagePixelModule__rows) AS size
        FROM images GROUP BY series
    )
    WHERE size IS NOT NULL
    GROUP BY ALL ORDER BY ALL
"""
#: A row a vendor: least, lower quartile, median, upper quartile, greatest; and how many series.
_FACTORS: Final = f"""
    SELECT vendor, list_transform([0, 0.25, 0.5, 0.75, 1], x -> list_aggregate(factors,
        'quantile_cont', x)), len(factors)
    FROM (
        SELECT vendor, list(factor) AS factors
        FROM (
            SELECT any_value(Manufacturer) AS vendor, median(scalingModule__suvbw) AS factor
            FROM images GROUP BY series HAVING factor > 0
        )
        GROUP BY vendor
    )
    ORDER BY len(factors) DESC, vendor LIMIT {_NAMES}
"""
#: The positions along the normal of the slices of volumes that are uneven, or lack some.
_POSITIONS: Final = """
    SELECT volume, any_value(series), any_value(modality), list(DISTINCT position ORDER BY position)
    FROM (
        SELECT images.volume, series, generalSeriesModule__modality AS modality,
            round(imagePlaneModule__imagePositionPatient[1] * (o[2] * o[6] - o[3] * o[5])
            + imagePlaneModule__imagePositionPatient[2] * (o[3] * o[4] - o[1] * o[6])
            + imagePlaneModule__imagePositionPatient[3] * (o[1] * o[5] - o[2] * o[4]), 3)
            AS position
        FROM (SELECT *, imagePlaneModule__imageOrientationPatient AS o FROM images) AS images
        JOIN volumes ON images.volume = volumes.volume
        WHERE NOT volumes.regular AND len(o) = 6
    )
    WHERE position IS NOT NULL
    GROUP BY volume HAVING count(DISTINCT position) > 2 ORDER BY count(*) DESC, volume
"""


def plots(database: DuckDBPyConnection) -> list[Plot]:
    """The plots of a table, those that it has the columns and the values for."""
    with mpl.rc_context(dict(style)):
        drawn = [*_distributions(database), *_sizes(database), *_factors(database)]
        drawn += _uneven(asked(database, f"{_POSITIONS} LIMIT {_MOST - len(drawn)}"))
    return drawn


def _distributions(database: DuckDBPyConnection) -> Iterator[Plot]:
    for each in _DISTRIBUTIONS:
        if rows := asked(database, each.query):
            yield _drawn(each.title, each.caption, lambda axes, r=rows, e=each: _bars(axes, r, e))


def _bars(axes: Axes, rows: Rows, of: _Distribution) -> None:
    values = [value for _, value in rows]
    least, greatest = min(values), max(values)
    if greatest > _WIDE * least:
        step = (log10(greatest) - log10(least)) / _BINS
        edges = [10 ** (log10(least) + step * place) for place in range(_BINS + 1)]
        axes.set_xscale("log")
    else:
        # Values that are all the same are one bar, as wide as they are sure.
        half = max((greatest - least) * 0.02, greatest * 0.05)
        width = (greatest - least + 2 * half) / _BINS
        edges = [least - half + width * place for place in range(_BINS + 1)]
    edges[-1] = max(edges[-1], greatest)
    edges[0] = min(edges[0], least)
    names = _most_frequent([name for name, _ in rows])
    stacks = [[value for name, value in rows if _named(name, names) == each] for each in names]
    colours = SERIES[: len(names)]
    axes.hist(stacks, bins=edges, stacked=True, color=colours, label=list(map(label_of, names)))
    _finished(axes, of.unit, len(names))


def _sizes(database: DuckDBPyConnection) -> Iterator[Plot]:
    rows = asked(database, _SIZES)
    if not rows:
        return
    totals: dict[str, int] = {}
    for size, _, count in rows:
        totals[size] = totals.get(size, 0) + count
    sizes = sorted(totals, key=lambda size: (-totals[size], size))[:_NAMES]
    names = _most_frequent([name for _, name, count in rows for _ in range(count)])
    more = len(totals) - len(sizes)
    caption = "Columns x rows, a series each" + (f"; {more} rarer sizes are left out." if more else ".")

    def draw(axes: Axes) -> None:
        left = [0] * len(sizes)
        for name, colour in zip(names, SERIES, strict=False):
            counts = [
                sum(n for of, each, n in rows if of == size and _named(each, names) == name)
                for size in sizes
            ]
            axes.barh(sizes, counts, left=left, height=0.7, color=colour, label=label_of(name))
            left = [before + count for before, count in zip(left, counts, strict=True)]
        axes.invert_yaxis()
        _finished(axes, "series", len(names), horizontal=True)

    yield _drawn("Size", caption, draw)


def _factors(database: DuckDBPyConnection) -> Iterator[Plot]:
    rows = asked(database, _FACTORS)
    if not rows:
        return

    def draw(axes: Axes) -> None:
        for place, (_, (least, lower, median, upper, greatest), _) in enumerate(rows):
            axes.plot([least, greatest], [place, place], color=SERIES[2], linewidth=1.2)
            axes.plot([lower, upper], [place, place], color=SERIES[2], linewidth=8, alpha=0.55)
            axes.plot([median], [place], "o", color=INK, markersize=4)
        labels = [f"{label_of(vendor)} ({count})" for vendor, _, count in rows]
        axes.set_yticks(range(len(rows)), labels)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xscale("log")
        _finished(axes, "g/ml a Bq/ml", 1, horizontal=True)

    caption = "To SUV by body weight, a series each: range, quartiles, median."
    yield _drawn("SUV factors", caption, draw)


def _uneven(rows: Sequence[tuple[str, str, str, list[float]]]) -> Iterator[Plot]:
    for _, series, modality, positions in rows:
        steps = [after - before for before, after in pairwise(positions)]

        def draw(axes: Axes, positions: list[float] = positions, steps: list[float] = steps) -> None:
            axes.stairs(steps, positions, color=SERIES[1], linewidth=1.4, baseline=None)
            axes.set_ylim(0, max(steps) * 1.15)
            axes.set_ylabel("step, mm")
            _finished(axes, "position, mm", 1, horizontal=True)
            axes.grid(visible=True, axis="y")

        caption = f"{label_of(modality)}, {len(positions)} positions; series {series or 'none'}"
        yield _drawn("Slices of an uneven volume", caption, draw)


def _drawn(title: str, caption: str, draw: Callable[[Axes], None]) -> Plot:
    figure = Figure(figsize=_SIZE, layout="constrained")
    with warnings.catch_warnings():
        # It measures with its own font what the browser shows in another, which has the letter.
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
        draw(figure.subplots())
        return Plot(title, caption, inline_svg(figure, f"{title}: {caption}"))


def _finished(axes: Axes, unit: str, names: int, *, horizontal: bool = False) -> None:
    axes.set_xlabel(unit)
    axes.spines["left"].set_visible(False)
    axes.grid(visible=False, axis="y" if horizontal else "x", which="both")
    if names > 1:
        axes.legend(frameon=False, fontsize=8, labelcolor=MUTED, handlelength=0.9)


def _most_frequent(names: Sequence[str | None]) -> list[str | None]:
    """The names that have a colour of their own, the most frequent first; others are "other"."""
    counts = {name: names.count(name) for name in dict.fromkeys(names)}
    order = sorted(counts, key=lambda name: (-counts[name], str(name)))
    most = len(SERIES)
    return order if len(order) <= most else [*order[: most - 1], "other"]


def _named(name: str | None, names: Sequence[str | None]) -> str | None:
    return name if name in names else "other"
