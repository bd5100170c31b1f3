"""The attributes of studies, series and instances that a search answers (PS3.18 10.6.3.3)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

from metaprov_dicom.values.dictionary import tag_of, vr_of

__all__ = ["BY_KEYWORD", "COUNTS", "FIELDS", "Attribute", "Level", "attribute_of"]


class Level(IntEnum):
    """The levels of a search, each within the one before it."""

    STUDY = 0
    SERIES = 1
    INSTANCE = 2


class Attribute(NamedTuple):
    """An attribute by which is searched, or that is answered."""

    keyword: str
    tag: int
    #: "" where nobody knows it: of private attributes.
    vr: str
    level: Level


#: What the index keeps, in the order of their tags.
_KEPT: Final = {
    Level.STUDY: (
        "StudyDate StudyTime AccessionNumber ReferringPhysicianName TimezoneOffsetFromUTC "
        "StudyDescription PatientName PatientID PatientBirthDate PatientSex StudyInstanceUID "
        "StudyID"
    ),
    Level.SERIES: (
        "SeriesDate SeriesTime Modality SeriesDescription BodyPartExamined SeriesInstanceUID "
        "SeriesNumber PerformedProcedureStepStartDate PerformedProcedureStepStartTime"
    ),
    Level.INSTANCE: (
        "SOPClassUID SOPInstanceUID InstanceNumber NumberOfFrames Rows Columns BitsAllocated"
    ),
}
#: What is counted, or gathered from the level below.
_GATHERED: Final = {
    Level.STUDY: "ModalitiesInStudy NumberOfStudyRelatedSeries NumberOfStudyRelatedInstances",
    Level.SERIES: "NumberOfSeriesRelatedInstances",
    Level.INSTANCE: "AvailableTransferSyntaxUID",
}


def _attribute(keyword: str, level: Level) -> Attribute:
    tag = tag_of(keyword)
    assert tag is not None, keyword  # noqa: S101 - the tables above
    return Attribute(keyword, tag, _vr(tag), level)


def _vr(tag: int) -> str:
    # Of "US or SS", "OB or OW": both are numbers, or both are none.
    return (vr_of(tag) or "").partition(" ")[0]


def _by_level(keywords: dict[Level, str]) -> dict[Level, tuple[Attribute, ...]]:
    return {
        level: tuple(_attribute(keyword, level) for keyword in names.split())
        for level, names in keywords.items()
    }


#: By level, the attributes that are read from headers and kept.
FIELDS: Final = _by_level(_KEPT)
#: By level, those that follow from what is found.
COUNTS: Final = _by_level(_GATHERED)
#: Those of both, by keyword.
BY_KEYWORD: Final = {
    attribute.keyword: attribute
    for table in (FIELDS, COUNTS)
    for attributes in table.values()
    for attribute in attributes
}
_BY_TAG: Final = {attribute.tag: attribute for attribute in BY_KEYWORD.values()}


def attribute_of(name: str) -> Attribute | None:
    """The attribute that a keyword or 8 hex digits name; None for anything else.

    What the index does not keep is one of an instance: its header says it.
    """
    known = BY_KEYWORD.get(name)
    if known is not None:
        return known
    tag = tag_of(name)
    if tag is None:
        return None
    return _BY_TAG.get(tag) or Attribute(f"{tag:08X}", tag, _vr(tag), Level.INSTANCE)
