"""Rule 1, the series, and rule 2, its corrections: what all images must have in common.

Sources: QIBA SUV pseudo-code (2018-06-26), whose precondition is ATTN and DECY; DICOM PS3.3
C.8.9.1.1.5: all images of a series are decay corrected to the same time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .headers.header import PetHeader, named
from .headers.meaning import meaning
from .headers.sop_classes import ENHANCED, ENHANCED_PET
from .notes import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .notes import Notes

__all__ = [
    "SET_ASIDE",
    "check_corrections",
    "check_rescale",
    "check_series",
    "note_what_is_missing",
]

#: Why an image that is set aside has no factor.
SET_ASIDE: Final = Refusal("SOPClassUID", f"{named('SOPClassUID')} is no PET image's")

#: The fields that agree over a series, in the order in which they are compared.
_AGREEING: Final = {
    "units": "Units",
    "corrected_image": "CorrectedImage",
    "patient_weight": "PatientWeight",
    "patient_sex": "PatientSex",
    "patient_size": "PatientSize",
    "half_life": "RadionuclideHalfLife",
    "dose": "RadionuclideTotalDose",
    "decay_correction": "DecayCorrection",
    "series_date": "SeriesDate",
    "series_time": "SeriesTime",
    "suv_type": "SUVType",
    "start_datetime": "RadiopharmaceuticalStartDateTime",
    "start_time": "RadiopharmaceuticalStartTime",
    "manufacturer": "Manufacturer",
    "decay_correction_datetime": "DecayCorrectionDateTime",
    "ge_datetime": "(0009,100D)",
    "siemens_datetime": "(0071,1022)",
}


def check_series(headers: Sequence[PetHeader], notes: Notes) -> None:
    """Rule 1: the images are one PET series, of one patient, tracer and clock."""
    if any(
        header.sop_class_uid in ENHANCED and not header.has_functional_groups for header in headers
    ):
        keywords = "SharedFunctionalGroupsSequence/PerFrameFunctionalGroupsSequence"
        raise Refused(keywords, f"{keywords}: the image has no functional groups, which it needs")
    columns = dict(zip(PetHeader._fields, zip(*headers, strict=True), strict=True))
    for field, keyword in _AGREEING.items():
        column = columns[field]
        if not _agree(field, column):
            raise Refused(keyword, f"{named(keyword)} differs between the images of the series")
    if max(columns["tracers"]) > 1:
        keyword = "RadiopharmaceuticalInformationSequence"
        raise Refused(
            keyword,
            f"{named(keyword)} has several items that differ in nuclide, dose, half-life or time "
            "of administration",
        )
    if len(headers) == 1:
        notes.add(
            "singleImage",
            "SeriesInstanceUID",
            "no other image of the series is known: the factors rest on this one alone",
        )


def check_rescale(headers: Sequence[PetHeader], notes: Notes) -> None:
    """Rescaled values are activity, or SUV, from 0 on: an intercept, or a slope below, is odd."""
    for keyword, odd in (
        ("RescaleIntercept", [header.rescale_intercept for header in headers]),
        ("RescaleSlope", [header.rescale_slope for header in headers]),
    ):
        is_slope = keyword == "RescaleSlope"
        found = [each for each in odd if each is not None and (each <= 0 if is_slope else each)]
        if found:
            expected = "greater than 0" if is_slope else "0"
            sentence = f"{named(keyword)} is {min(found):g} on an image, not {expected}"
            notes.add("rescaleUnusual", keyword, sentence)


def note_what_is_missing(
    notes: Notes, *, set_aside: int, without_header: int, unreadable: int, of_folder: bool
) -> None:
    """Rule 1: the images of the series that the factors cannot rest on, or may not."""
    if set_aside:
        notes.add(
            "imagesSetAside",
            "SOPClassUID",
            f"{_images(set_aside)} of no class of PET, and without factors",
        )
    if unreadable:
        notes.add(
            "imagesUnreadable",
            "SeriesInstanceUID",
            f"{_images(unreadable)} unreadable: the factors rest on the others",
        )
    if of_folder:
        notes.add(
            "seriesOfFolder",
            "SeriesInstanceUID",
            "the series was taken from the image's folder, and files of it elsewhere are not "
            "counted: find_images on the whole study first counts them",
        )
    if without_header:
        notes.add(
            "imagesWithoutHeader",
            "SeriesInstanceUID",
            f"{_images(without_header)} without a header: the factors rest on the others",
        )


def _images(count: int) -> str:
    return "1 image of the series is" if count == 1 else f"{count} images of the series are"


def _agree(field: str, column: Sequence[Any]) -> bool:
    # Nearly always all are spelled alike, and need not be read.
    return column.count(column[0]) == len(column) or (
        len({meaning(field, value) for value in column}) == 1
    )


def check_corrections(header: PetHeader, notes: Notes) -> None:
    """Rule 2: attenuation is corrected, and so is decay unless DecayCorrection is NONE."""
    corrections = header.corrected_image
    if "ATTN" not in corrections:
        if header.sop_class_uid == ENHANCED_PET:
            keyword = "AttenuationCorrected"
            raise Refused(keyword, f"{named(keyword)} is not YES")
        raise _without("ATTN")
    if header.decay_correction == "NONE":
        if "DECY" in corrections:
            notes.add(
                "decayCorrectionNoneWithDecy",
                "DecayCorrection",
                f"{named('CorrectedImage')} has DECY, but {named('DecayCorrection')} is NONE, "
                "which is used",
            )
    elif "DECY" not in corrections:
        if header.sop_class_uid == ENHANCED_PET:
            keyword = "DecayCorrected"
            raise Refused(keyword, f"{named(keyword)} is neither YES nor NO")
        raise _without("DECY")


def _without(correction: str) -> Refused:
    return Refused("CorrectedImage", f"{named('CorrectedImage')} does not contain {correction}")
