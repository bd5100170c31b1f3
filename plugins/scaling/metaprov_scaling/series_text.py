"""PET series as ``metaprov suv`` prints them for people: a block of fields each, or a table."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, get_args

from metaprov_core.cli.tables import has_room_for, print_fields, print_table
from metaprov_modules import KINDS, Severity, json_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .series_summary import SeriesSummary

__all__ = ["print_summaries"]


def print_summaries(summaries: Sequence[SeriesSummary], *, as_table: bool | None) -> None:
    """Print a row or a block for each; None: rows of several, where the terminal has room."""
    rows = [_row(number, summary) for number, summary in enumerate(summaries, 1)]
    if as_table is None:
        as_table = len(rows) > 1 and has_room_for(_COLUMNS, rows)
    if not as_table:
        _print_blocks(summaries)
    elif rows:
        print_table(_COLUMNS, rows)
        _print_remarks(summaries)


def _print_blocks(summaries: Sequence[SeriesSummary]) -> None:
    for place, summary in enumerate(summaries):
        if place:
            sys.stdout.write("\n")
        title = summary.series_description or "PET series without SeriesDescription"
        print_fields(title, list(_fields(summary)))


def _fields(summary: SeriesSummary) -> Iterator[tuple[str, str]]:
    """What is known about a series, field by field."""
    inputs = summary.inputs
    known = {
        "patient": summary.patient_id,
        "study date": summary.study_date,
        "series number": _integer(summary.series_number),
        "series": summary.series_instance_uid,
        "image": summary.image_id,
        "images": str(summary.images),
        "manufacturer": summary.manufacturer,
        "units": summary.units,
        "decay correction": summary.decay_correction,
        "weight": _number(inputs.weight, " kg"),
        "height": _number(inputs.height, " m"),
        "sex": inputs.sex,
        "nuclide": inputs.nuclide,
        "half-life": _number(inputs.half_life, " s"),
        "dose": _megabecquerel(inputs.dose, " MBq"),
        "administered": inputs.administered,
        "reference time": _range(inputs.reference, str) or summary.reference_time,
        "by rule": summary.reference_rule,
        "uptake": _range(inputs.uptake_minutes, _minutes, " min"),
        "dose left": _range(inputs.dose_left, _megabecquerel, " MBq"),
    }
    yield from ((name, value) for name, value in known.items() if value)
    for kind in KINDS:
        if json_name(kind) in summary.factors:
            yield kind, _range(summary.factors[json_name(kind)], _factor, _UNITS.get(kind, " g/ml"))
    for severity, sentence in _remarks(summary):
        yield "no factors" if severity == _REFUSED else severity, sentence


#: The last one may be long, and is wrapped.
_COLUMNS: Final = (
    "",
    "patient",
    "study date",
    "no.",
    "images",
    "kg",
    "MBq",
    "min",
    "suvbw",
    "note",
    "series",
)
#: Of the factors of other kinds than those in g/ml.
_UNITS: Final = {"suvbsa": " cm2/ml"}
#: How much of the end of a UID or a path tells one series from others.
_TOLD_APART: Final = 16


def _row(number: int, summary: SeriesSummary) -> tuple[str, ...]:
    """A series, with its weight, dose and uptake, and how grave its gravest note is."""
    inputs = summary.inputs
    return (
        str(number),
        summary.patient_id or "-",
        summary.study_date or "-",
        _integer(summary.series_number) or "-",
        str(summary.images),
        _number(inputs.weight) or "-",
        _megabecquerel(inputs.dose) or "-",
        _range(inputs.uptake_minutes, _minutes) or "-",
        _first_factor(summary),
        max((each for each, _ in _remarks(summary)), key=_GRAVITY.index, default="-"),
        f"{summary.series_description or '-'} [{_end(summary)}]",
    )


def _end(summary: SeriesSummary) -> str:
    """The end of what one finds a series by: its UID; where it has none, the path of an image."""
    found_by = summary.series_instance_uid or summary.image_id.partition(":")[2]
    return found_by if len(found_by) <= _TOLD_APART else f"...{found_by[-_TOLD_APART:]}"


def _first_factor(summary: SeriesSummary) -> str:
    """The factor of body weight; where there is none, that of another kind, by its name."""
    for name, factors in summary.factors.items():
        return ("" if name == KINDS[0] else f"{name} ") + _range(factors, _factor)
    return "-"


_REFUSED: Final = "refused"
_GRAVITY: Final = (*get_args(Severity), _REFUSED)


def _remarks(summary: SeriesSummary) -> Iterator[tuple[str, str]]:
    """What there is to know: severities and sentences."""
    if summary.reason is not None:
        yield _REFUSED, summary.reason
    for note in summary.notes:
        yield note.severity, f"{note.sentence} [{note.code}]"


def _print_remarks(summaries: Sequence[SeriesSummary]) -> None:
    """Print what there is to know of the rows of a table: each once, with their numbers."""
    rows: dict[tuple[str, str], list[int]] = {}
    for row, summary in enumerate(summaries, 1):
        for remark in _remarks(summary):
            rows.setdefault(remark, []).append(row)
    if rows:
        sys.stdout.write("\n")
        fields = [
            (severity, f"{_spans(of_remark)}: {sentence}")
            for (severity, sentence), of_remark in rows.items()
        ]
        print_fields("notes", fields)


def _spans(numbers: Sequence[int]) -> str:
    """Ascending numbers, as ``1-3, 5``."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    return ", ".join("-".join(map(str, span)) for span in spans)


def _integer(value: int | None) -> str:
    return "" if value is None else str(value)


def _number(value: float | None, unit: str = "") -> str:
    return "" if value is None else f"{value:.6g}{unit}"


def _megabecquerel(dose: float | None, unit: str = "") -> str:
    return "" if dose is None else f"{dose / 1e6:.5g}{unit}"


def _minutes(value: float) -> str:
    return f"{value:.1f}"


def _factor(value: float) -> str:
    return f"{value:.6g}"


def _range(ends: tuple[Any, Any] | None, written: Callable[[Any], str], unit: str = "") -> str:
    """``2 kg``, or ``2 to 3 kg``; nothing where there is none."""
    if ends is None:
        return ""
    least, greatest = map(written, ends)
    return f"{least}{unit}" if least == greatest else f"{least} to {greatest}{unit}"
