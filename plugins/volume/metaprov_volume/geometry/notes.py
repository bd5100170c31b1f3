"""What is noted on a volume: the table of codes, with a severity and a sentence for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_modules import Note, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["KINDS", "listed", "noted"]

#: How many images a sentence names.
_NAMED: Final = 5


class _Kind(NamedTuple):
    severity: Severity
    attribute: str
    sentence: str


#: Each kind of note, by its code, in the order of the rules.
KINDS: Final = {
    "orientationVaries": _Kind(
        "info",
        "ImageOrientationPatient",
        "Direction cosines differ by up to {difference:.1g}; those of the volume are their mean.",
    ),
    "groupsAssumed": _Kind(
        "assumed",
        "{attribute}",
        "Only an order tells the volumes of this series apart: of the images at each position the "
        "first by {attribute} is of the first volume, the second of the second.",
    ),
    "otherGroupsHave": _Kind(
        "warning",
        "{attribute}",
        "This volume has {slices} of the {most} slices that others of its series have.",
    ),
    "positionsRepeated": _Kind(
        "warning",
        "ImagePositionPatient",
        "{images} images lie at {positions} of the positions, and no attribute tells which volume "
        "each is of.",
    ),
    "singleSlice": _Kind(
        "info",
        "ImagePositionPatient",
        "One slice has no spacing between slices: there is no affine.",
    ),
    "slicesUneven": _Kind(
        "warning",
        "ImagePositionPatient",
        "The slices are on no even lattice: there is no affine.",
    ),
    "spacingMissing": _Kind(
        "warning",
        "SpacingBetweenSlices",
        "The mosaic does not say how far apart its slices are: there is no affine.",
    ),
    "rescaleVaries": _Kind(
        "info",
        "{attribute}",
        "Slices differ in their {what}, {first} and {other} for example: stored values of several "
        "cannot be compared.",
    ),
    "imagesWithoutPlace": _Kind(
        "warning",
        "{attribute}",
        "Images of the series are in no volume, for lack of {attribute}: {images}.",
    ),
    "framesMissing": _Kind(
        "warning",
        "NumberOfFrames",
        "Images of the series have fewer frames than they say, and may lack slices of this volume: "
        "{images}.",
    ),
    "imagesUnreadable": _Kind(
        "warning",
        "SeriesInstanceUID",
        "Images of the series cannot be read, and may be slices of this volume: {images}.",
    ),
}


def noted(code: str, **values: Any) -> Note:
    """The note of a code, with what its sentence has to say."""
    severity, attribute, sentence = KINDS[code]
    return Note(code, severity, sentence.format(**values), attribute.format(**values))


def listed(ids: Sequence[str]) -> str:
    """The first few of some image ids, and how many others there are."""
    others = len(ids) - _NAMED
    return ", ".join(ids[:_NAMED]) + (f" and {others} more" if others > 0 else "")
