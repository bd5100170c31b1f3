"""What ``metaprov look`` prints: a tree for people, plain values for programs."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import base_image_id
from metaprov_core.cli.styles import BAD, DOUBTFUL, GOOD, GROUP, HEADING, QUIET, Styled
from metaprov_core.cli.tables import print_rows
from metaprov_modules import json_name

from .in_words import defects_in_short
from .looked_at import alike_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_modules import GeneralStudyModule, PatientModule, VolumeGeometryModule

    from .found_series import FoundSeries
    from .looked_at import Alike, LookedAt, Study
    from .short_ids import ShortIds

__all__ = ["json_of", "print_patient", "print_study"]

#: How many characters of a reason are shown.
_LONGEST: Final = 160
#: What is said of SUV, and in which style: factors, none, or not asked for.
_OF_SUV: Final = {
    "yes": ("SUV", GOOD),
    "no": ("no SUV", BAD),
    "not asked": ("SUV not asked", QUIET),
}
#: How many kinds of volumes of a series are shown.
_SHOWN: Final = 6


def print_patient(patient: PatientModule) -> None:
    """Print who it is."""
    who = "  ".join(filter(None, (patient.patient_id, patient.patient_name)))
    print_rows([(who or "patient without PatientID",)], style=HEADING)


def print_study(study: GeneralStudyModule, series: Sequence[LookedAt], short: ShortIds) -> None:
    """Print a line for the study, and one or more for each of its series."""
    what = "  ".join(filter(None, (_day(study.study_date), study.study_description)))
    print_rows([(what or "study without StudyDate",)], indent="  ", style=GROUP)
    found = [row for each in series for row in _rows(each, short)]
    columns = [*zip(*(cells for cells, _ in found), strict=True)]
    # Of most studies nothing is to be said of SUV.
    rows = [*zip(*(column for column in columns if any(column)), strict=True)]
    print_rows(rows, [remarks for _, remarks in found], indent="    ")


def _rows(looked_at: LookedAt, short: ShortIds) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """A row for the volumes of a series that are alike, with what is to know of them."""
    series, (volumes, reason), suv = looked_at
    about = series.about
    count = len(series.image_ids)
    cells = (
        "-" if about.series_number is None else str(about.series_number),
        about.modality or "-",
        f"{count:,} image{'s' if count > 1 else ''}",
    )
    suv_cell: str = ""
    of_suv: list[str] = []
    if suv is not None:
        suv_cell = Styled(*_OF_SUV[suv.answer])
        if suv.severity is not None:
            suv_cell = Styled(f"{suv_cell} ({suv.severity})", DOUBTFUL)
        if suv.reason is not None:
            of_suv.append(_why(f"no SUV: {suv.reason}", series, short))
    described = about.series_description or _file_of(series, short) or "-"
    if not volumes:
        why = _why(f"no volume: {reason}", series, short)
        yield (*cells, Styled("no volume", BAD), "", suv_cell, described), [why, *of_suv]
        return
    kinds = alike_of(volumes)
    for place, alike in enumerate(kinds[:_SHOWN]):
        in_short = "; ".join(_in_short(alike))
        remarks: list[str] = (
            [Styled(in_short, DOUBTFUL if alike.defects else QUIET)] if in_short else []
        )
        last = described if place == 0 else ""
        if place == min(len(kinds), _SHOWN) - 1:
            remarks += of_suv
            if len(kinds) > _SHOWN:
                remarks.append(f"and {len(kinds) - _SHOWN} more kinds of volumes")
        yield (*cells, _size(alike), f"{alike.spacing} mm", suv_cell, last), remarks
        cells, suv_cell = ("", "", ""), ""


def _file_of(series: FoundSeries, short: ShortIds) -> str | None:
    """The file of a series without a UID, which may be all that is known of it."""
    base = base_image_id(series.image_ids[0])
    is_file = series.about.series_instance_uid is None and "/" in base
    return short(base) if is_file else None


def _why(text: str, series: FoundSeries, short: ShortIds) -> str:
    return Styled(shorten(short.in_text(text, series.image_ids), _LONGEST, placeholder=" ..."), BAD)


def _size(alike: Alike) -> str:
    several = f"{alike.number} of " if alike.number > 1 else ""
    return f"{several}{alike.size}"


def _in_short(alike: Alike) -> Iterator[str]:
    if alike.by:
        yield f"by {alike.by}"
    for defect, count in alike.defects.items():
        yield defect if alike.number == 1 else f"{defect} in {count} of {alike.number}"


def _day(date: str | None) -> str | None:
    """``YYYY-MM-DD``, as ISO 8601 has it; what is no date, as it is."""
    if date is None or len(date) != 8 or not date.isdecimal():
        return date
    return f"{date[:4]}-{date[4:6]}-{date[6:]}"


def _volume(volume: VolumeGeometryModule) -> dict[str, Any]:
    return {
        "dimensions": volume.dimensions,
        "spacing": volume.spacing,
        "regular": volume.regular,
        "group": volume.group,
        "defects": list(defects_in_short(volume)),
    }


def json_of(study: Study, looked_at: LookedAt) -> dict[str, Any]:
    """A series as plain values, under JSON names."""
    series, (volumes, reason), suv = looked_at
    fields = {
        "patient_id": study.patient.patient_id,
        "patient_name": study.patient.patient_name,
        "study_instance_uid": study.about.study_instance_uid or series.about.study_instance_uid,
        "study_date": _day(study.about.study_date),
        "study_description": study.about.study_description,
        "series_instance_uid": series.about.series_instance_uid,
        "series_number": series.about.series_number,
        "modality": series.about.modality,
        "series_description": series.about.series_description,
        "image_id": series.image_ids[0],
        "images": len(series.image_ids),
        "volumes": [_volume(each) for each in volumes],
        "no_volume": reason,
        "suv": None if suv is None else suv.answer,
        "no_suv": None if suv is None else suv.reason,
    }
    return {json_name(name): value for name, value in fields.items()}
