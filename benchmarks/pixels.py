"""What `to_suv`, `from_suv` and `to_dose` cost, beside one multiplication of NumPy.

    python benchmarks/pixels.py [--write]

Each takes turns with ``np.multiply`` of the same array, to the same dtype; times are medians of the
CPU time of the process, memory is the most that was allocated at once. ``--write`` puts the tables
between the markers in plugins/scaling/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import platform
import tracemalloc
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from measure import Row, Table, as_markdown

from metaprov_scaling import ScalingModule, from_suv, to_dose, to_suv

if TYPE_CHECKING:
    from collections.abc import Callable

    Array = np.ndarray[Any, Any]

_PAGE = Path(__file__).parent.parent / "plugins" / "scaling" / "BENCHMARKS.md"
_MARKERS = ("<!-- pixels: python benchmarks/pixels.py --write -->\n", "<!-- /pixels -->\n")

_TURNS = 15
#: A whole body: slices, rows, columns.
_SHAPE = (200, 256, 256)
_SLICES = _SHAPE[0]
_MODULES = [ScalingModule(suvbw=3e-4 + 1e-9 * number) for number in range(_SLICES)]
_SLOPES = [1.0 + 0.01 * number for number in range(_SLICES)]
_DOSE = ScalingModule(dose_grid_scaling=1e-5, dose_units="GY")


class Case(NamedTuple):
    """Something to do with an array, and what one multiplication of it is."""

    what: str
    stored_as: type[np.generic]
    run: Callable[[Array], Array]
    dtype: type[np.generic] = np.float64


def _formula(stored: Array) -> Array:
    """What `to_suv` was before it took one step."""
    values = stored.astype(np.float64)
    each = (_SLICES, 1, 1)
    slopes = np.reshape(_SLOPES, each)
    factors = np.reshape([module.suvbw for module in _MODULES], each)
    rescaled = values * slopes
    rescaled = rescaled + 0.0
    return rescaled * factors


_CASES = [
    Case("`to_suv`, int16", np.int16, lambda a: to_suv(a, _MODULES, slope=_SLOPES)),
    Case("`to_suv`, one module", np.int16, lambda a: to_suv(a, _MODULES[0], slope=2.5)),
    Case(
        "`to_suv`, int16 to float32",
        np.int16,
        lambda a: to_suv(a, _MODULES, slope=_SLOPES, dtype=np.float32),
        np.float32,
    ),
    Case("`to_suv`, rescaled values", np.float64, lambda a: to_suv(a, _MODULES)),
    Case(
        "`to_suv`, with an intercept",
        np.int16,
        lambda a: to_suv(a, _MODULES, slope=_SLOPES, intercept=-5.0),
    ),
    Case("`from_suv`", np.float64, lambda a: from_suv(a, _MODULES, slope=_SLOPES)),
    Case("`to_dose`, uint32", np.uint32, lambda a: to_dose(a, _DOSE)),
    Case(
        "`to_dose`, uint32 to float32",
        np.uint32,
        lambda a: to_dose(a, _DOSE, dtype=np.float32),
        np.float32,
    ),
    Case("the formula, as it is written", np.int16, _formula),
]


def tables() -> list[Table]:
    measured = [_measured(case) for case in _CASES]
    times = [
        Row(case.what, ours, reference, "np.multiply", goal)
        for case, (ours, reference), _, goal in measured
    ]
    peaks = [
        Row(case.what, ours, reference, "np.multiply", None if goal is None else 1.1)
        for case, _, (ours, reference), goal in measured
    ]
    slices = "200 slices of 256 x 256, a module and a slope each"
    return [Table(f"CPU time: {slices}", "ms", times), Table(f"Memory: {slices}", "MB", peaks)]


def _measured(case: Case) -> tuple[Case, tuple[float, float], tuple[float, float], float | None]:
    values = np.random.default_rng(0).integers(0, 2**15, _SHAPE).astype(case.stored_as)
    number = case.dtype(3e-4)  # type: ignore[call-arg]

    def ours() -> Array:
        return case.run(values)

    def reference() -> Array:
        product: Array = np.multiply(values, number, dtype=case.dtype, casting="same_kind")
        return product

    goal = None if case.run is _CASES[-1].run else 1.3
    both = (ours, reference)
    return case, _milliseconds(*both), (_megabytes(ours), _megabytes(reference)), goal


def _milliseconds(*functions: Callable[[], object]) -> tuple[float, float]:
    taken: list[list[float]] = [[] for _ in functions]
    for _ in range(_TURNS):
        for times, function in zip(taken, functions, strict=True):
            started = process_time()
            function()
            times.append(process_time() - started)
    ours, reference = (median(times) * 1e3 for times in taken)
    return ours, reference


def _megabytes(function: Callable[[], object]) -> float:
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what pixel values cost to scale.")
    parser.add_argument("--write", action="store_true", help=f"write the tables into {_PAGE.name}")
    write = parser.parse_args().write
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    written = "\n\n".join([versions, *map(as_markdown, tables())])
    if not write:
        print(written)
        return
    page = _PAGE.read_text()
    before, rest = page.split(_MARKERS[0])
    _, after = rest.split(_MARKERS[1])
    _PAGE.write_text(f"{before}{_MARKERS[0]}\n{written}\n\n{_MARKERS[1]}{after}")


if __name__ == "__main__":
    main()
