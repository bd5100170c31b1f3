"""The plots of a page: what is drawn of a table, and in which order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .drawing import Range, bars, histogram, ranges, steps
from .overview import asked
from .svg import SERIES, drawn_for_page, inline_svg, label_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from duckdb import DuckDBPyConnection
    from markupsafe import Markup
    from matplotlib.figure import Figure

    from .overview import Rows

__all__ = ["Plot", "Plots", "plots"]

#: How many plots a page has.
_MOST: Final = 12
#: How many vendors or sizes a plot has.
_ROWS: Final = 8
#: How many positions of a volume.
_POINTS: Final = 500
_OTHER: Final = "other"

_MODALITIES: Final = """
    SELECT coalesce(modality, 'none'), count(DISTINCT series)
    FROM images GROUP BY 1 ORDER BY 2 DESC, 1
"""


class _Distribution(NamedTuple):
    """A number of each series, or volume."""

    title: str
    caption: str
    #: Selects the modality and the number.
    query: str


def _of_series(number: str) -> str:
    return f"""
        SELECT coalesce(any_value(modality), 'none'),
            any_value({number}) AS number
        FROM images GROUP BY series HAVING number > 0
    """


#: In mm.
_DISTRIBUTIONS: Final = (
    _Distribution(
        "Pixel spacing",
        "Series, by the distance between rows.",
        _of_series("imagePlaneModule__pixelSpacing[1]"),
    ),
    _Distribution(
        "Slice thickness",
        "Series, by what the header says.",
        _of_series("imagePlaneModule__sliceThickness"),
    ),
    _Distribution(
        "Slice step",
        "Volumes, as measured between positions.",
        "SELECT coalesce(modality, 'none'), spacing[3] FROM volumes WHERE spacing[3] > 0",
    ),
)
_SIZES: Final = """
    SELECT coalesce(any_value(modality), 'none'),
        any_value(imagePixelModule__columns || ' x ' || imagePixelModule__rows) AS size
    FROM images GROUP BY series HAVING size <> ''
"""
_FACTORS: Final = f"""
    SELECT vendor, count(*), quantile_cont(factor, [0, 0.25, 0.5, 0.75, 1])
    FROM (
        SELECT coalesce(any_value(Manufacturer), 'none') AS vendor,
            median(scalingModule__suvbw) AS factor
        FROM images WHERE petSeriesModule__units = 'BQML' GROUP BY series HAVING factor > 0
    )
    GROUP BY vendor ORDER BY 2 DESC, 1 LIMIT {_ROWS}
"""
#: Where the slices of volumes are, along their normal, that lack some or are uneven.
_POSITIONS: Final = f"""
    SELECT any_value(series), coalesce(any_value(modality), 'none'),
        list(DISTINCT position ORDER BY position)[:{_POINTS}], count(DISTINCT position)
    FROM (
        SELECT images.volume, images.series, modality, round(
            place[1] * (cosines[2] * cosines[6] - cosines[3] * cosines[5])
            + place[2] * (cosines[3] * cosines[4] - cosines[1] * cosines[6])
            + place[3] * (cosines[1] * cosines[5] - cosines[2] * cosines[4]), 3) AS position
        FROM (
            SELECT volume, series, imagePlaneModule__imagePositionPatient AS place,
                imagePlaneModule__imageOrientationPatient AS cosines
            FROM images
        ) AS images
        JOIN volumes ON images.volume = volumes.volume
        WHERE len(volumes.gaps) > 0 OR len(volumes.offLattice) > 0
    )
    WHERE position IS NOT NULL
    GROUP BY volume HAVING count(DISTINCT position) > 2 ORDER BY count(*) DESC, volume
"""


class Plot(NamedTuple):
    """A figure, and what it shows."""

    title: str
    caption: str
    svg: Markup
    #: Of which series it is; "" if of all.
    series: str = ""


class Plots(NamedTuple):
    """The plots of a page, and which modality has which of the colours, in order."""

    modalities: Sequence[str]
    plots: Sequence[Plot]


def plots(database: DuckDBPyConnection) -> Plots:
    """The plots that a table has the columns and the values for."""
    names = [name for name, _ in asked(database, _MODALITIES)]
    if len(names) > len(SERIES):
        names = [*names[: len(SERIES) - 1], _OTHER]
    # A volume may be of a modality that no image is known to have.
    colours = {**dict(zip(names, SERIES, strict=False)), _OTHER: SERIES[-1]}
    with drawn_for_page():
        drawn = [*_distributions(database, colours), *_factors(database)]
        drawn += _uneven(asked(database, f"{_POSITIONS} LIMIT {_MOST - len(drawn)}"))
    return Plots([*map(label_of, names)], drawn)


def _distributions(database: DuckDBPyConnection, colours: Mapping[str, str]) -> Iterator[Plot]:
    for each in _DISTRIBUTIONS:
        if values := _by_name(asked(database, each.query), colours):
            yield _plot(each.title, each.caption, histogram(values, colours, "mm"))
    if by_name := _by_name(asked(database, _SIZES), colours):
        of_names = {name: Counter(sizes) for name, sizes in by_name.items()}
        every = sum(of_names.values(), Counter())
        sizes = sorted(every, key=lambda size: (-every[size], size))[:_ROWS]
        counts = {name: [of_name[size] for size in sizes] for name, of_name in of_names.items()}
        rarer = len(every) - len(sizes)
        words = f"; {rarer} rarer {'one is' if rarer == 1 else 'ones are'} left out" * bool(rarer)
        caption = f"Series, by columns x rows{words}."
        yield _plot("Size", caption, bars(sizes, counts, colours, "series"))


def _factors(database: DuckDBPyConnection) -> Iterator[Plot]:
    if rows := asked(database, _FACTORS):
        caption = "A vendor each, and its series: range, middle half, median."
        of_vendors = {
            f"{label_of(vendor)} ({count})": Range(*quantiles) for vendor, count, quantiles in rows
        }
        yield _plot(
            "SUV factors", caption, ranges(of_vendors, "SUV by body weight, g/ml, of 1 Bq/ml")
        )


def _uneven(rows: Rows) -> Iterator[Plot]:
    for series, modality, positions, count in rows:
        first = f", the first {_POINTS} of them" * (count > _POINTS)
        caption = f"{label_of(modality)}, {count} positions{first}, from each to the next."
        yield _plot("An uneven volume", caption, steps(positions, "mm"))._replace(series=series)


def _plot(title: str, caption: str, figure: Figure) -> Plot:
    return Plot(title, caption, inline_svg(figure, f"{title}. {caption}"))


def _by_name(rows: Iterable[tuple[str, ...]], names: Mapping[str, str]) -> dict[str, list[Any]]:
    """The values of each of some names, in their order; those of no such name are of "other"."""
    by_name: dict[str, list[Any]] = {name: [] for name in names}
    for name, value in rows:
        by_name[name if name in by_name else _OTHER].append(value)
    return {name: values for name, values in by_name.items() if values}
