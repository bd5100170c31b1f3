"""Rule 1, the series, and rule 2, its corrections: what all images must have in common.

Sources: QIBA SUV pseudo-code (2018-06-26), whose precondition is ATTN and DECY; DICOM PS3.3
C.8.9.1.1.5: all images of a series are decay corrected to the same time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .header import PetHeader, named
from .meaning import meaning
from .notes import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .notes import Notes

__all__ = ["check_corrections", "check_series", "note_unreadable", "note_what_is_missing"]

ENHANCED_PET: Final = "1.2.840.10008.5.1.4.1.1.130"

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
    """Rule 1: the images are one classic PET series, of one patient, tracer and clock."""
    if any(header.sop_class_uid == ENHANCED_PET for header in headers):
        raise Refused(
            "SOPClassUID", f"{named('SOPClassUID')} is Enhanced PET, which is not covered"
        )
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


def note_what_is_missing(notes: Notes, *, without_header: int, of_folder: bool) -> None:
    """Rule 1: the images of the series that the factors cannot rest on, or may not."""
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
            f"{without_header} images of the series have no header: the factors rest on the others",
        )


def note_unreadable(notes: Notes, unreadable: int) -> None:
    """Rule 1: images of the series that could not be read."""
    if unreadable:
        notes.add(
            "imagesUnreadable",
            "SeriesInstanceUID",
            f"{unreadable} images of the series cannot be read: the factors rest on the others",
        )


def _agree(field: str, column: Sequence[Any]) -> bool:
    # Nearly always all are spelled alike, and need not be read.
    return column.count(column[0]) == len(column) or (
        len({meaning(field, value) for value in column}) == 1
    )


def check_corrections(header: PetHeader, notes: Notes) -> None:
    """Rule 2: attenuation is corrected, and so is decay unless DecayCorrection is NONE."""
    corrections = header.corrected_image
    if "ATTN" not in corrections:
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
        raise _without("DECY")


def _without(correction: str) -> Refused:
    return Refused("CorrectedImage", f"{named('CorrectedImage')} does not contain {correction}")
