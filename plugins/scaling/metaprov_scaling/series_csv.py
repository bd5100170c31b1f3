"""PET series as comma-separated values, for a sheet: a row a series."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_modules import KINDS, json_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .series_summary import SeriesSummary

__all__ = ["COLUMNS", "print_csv"]

#: The columns of values that all images of a series share; they have the names of JSON.
_SHARED: Final = (
    "patientID",
    "studyDate",
    "seriesNumber",
    "seriesDescription",
    "studyInstanceUID",
    "seriesInstanceUID",
    "imageId",
    "images",
    "manufacturer",
    "units",
    "decayCorrection",
    "weight",
    "height",
    "sex",
    "nuclide",
    "halfLife",
    "dose",
    "administered",
    "referenceRule",
)
#: Values that may differ: the least, or the earliest, and in a column of its own the greatest.
_RANGES: Final = ("reference", "uptakeMinutes", "doseLeft", *map(json_name, KINDS))
_GREATEST: Final = "Greatest"
COLUMNS: Final = (
    *_SHARED,
    *(f"{name}{end}" for name in _RANGES for end in ("", _GREATEST)),
    "repaired",
    "reason",
    "notes",
)


def print_csv(summaries: Sequence[SeriesSummary]) -> None:
    """Print a line with the names of the columns, and a line a series; a cell may have lines, too.

    What is not known is empty. A text that a sheet would take for a formula begins with an
    apostrophe.
    """
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: _no_formula(value) for name, value in _cells(summary)} for summary in summaries
    )


def _cells(summary: SeriesSummary) -> Iterator[tuple[str, Any]]:
    known: dict[str, Any] = msgspec.to_builtins(summary)
    known |= known["inputs"] | known["factors"]
    for name in _SHARED:
        yield name, known[name]
    for name in _RANGES:
        # A factor that no image has is not there.
        yield name, (known.get(name) or (None, None))[0]
        yield f"{name}{_GREATEST}", (known.get(name) or (None, None))[1]
    yield "repaired", "true" if summary.repaired else "false"
    yield "reason", summary.reason
    yield (
        "notes",
        "\n".join(f"{note.severity}: {note.sentence} [{note.code}]" for note in summary.notes),
    )


def _no_formula(value: Any) -> Any:
    is_formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if is_formula else value
