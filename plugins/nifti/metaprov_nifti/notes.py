"""What is noted on answers: the table of codes."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from metaprov_modules import Note, Severity

__all__ = ["KINDS", "noted"]


class _Kind(NamedTuple):
    severity: Severity
    attribute: str
    sentence: str


#: Each kind of note, by its code, in the order of the rules.
KINDS: Final = {
    "noForm": _Kind(
        "warning",
        "sform_code/qform_code",
        "sform_code and qform_code are 0: where the image lies is not said, and left and right are "
        "not told apart.",
    ),
    "formUnusable": _Kind(
        "warning",
        "{form}",
        "{form} has a code, and is no affine: where the image lies is not said.",
    ),
    "formsDiffer": _Kind(
        "warning",
        "sform/qform",
        "sform and qform are up to {distance:.4g} mm apart; {chosen} is used.",
    ),
    "unitAssumed": _Kind(
        "assumed",
        "xyzt_units",
        "xyzt_units does not say the unit of length: mm is assumed.",
    ),
    "axesSheared": _Kind(
        "info",
        "{form}",
        "{form} is sheared: rows, columns and slices are not at right angles.",
    ),
    "weightLow": _Kind("warning", "weight", "The weight is {weight:g} kg: less than 1 kg."),
    "longUptake": _Kind(
        "warning",
        "InjectionStart",
        "Decay is corrected to {half_lives:.1f} half-lives after the injection.",
    ),
}


def noted(code: str, **values: Any) -> Note:
    """The note of a code, with what its sentence has to say."""
    severity, attribute, sentence = KINDS[code]
    return Note(code, severity, sentence.format(**values), attribute.format(**values))
