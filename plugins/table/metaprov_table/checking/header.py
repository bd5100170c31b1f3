"""Values of a header that contradict each other, or that nobody can read."""

from __future__ import annotations

from typing import Final

from .finding import Finding, Severity

__all__ = ["FINDINGS"]

#: The defined terms of PS3.3 C.12.1.1.2 are ISO_IR or ISO 2022 IR and one of these, and two more.
_REGISTERED: Final = "6 13 58 87 100 101 109 110 126 127 138 144 148 149 159 166 192 203"

FINDINGS: Final = (
    Finding(
        name="dateOrder",
        severity=Severity.WARNING,
        level="series",
        sentence="Dates are not in the order in which things happen: birth, study, series, "
        "content.",
        source="PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.6.1",
        query="""
            SELECT any_value(study) AS study, series, alone AS image, concat_ws(', ',
                if(bool_or(born > studied), 'StudyDate before PatientBirthDate', NULL),
                if(bool_or(studied > began), 'SeriesDate before StudyDate', NULL),
                if(bool_or(studied > acquired), 'AcquisitionDate before StudyDate', NULL),
                if(bool_or(acquired > made), 'ContentDate before AcquisitionDate', NULL))
                AS detail
            FROM (
                SELECT study, series, alone,
                    date_of(patientModule__patientBirthDate) AS born,
                    date_of(generalStudyModule__studyDate) AS studied,
                    date_of(generalSeriesModule__seriesDate) AS began,
                    date_of(generalSeriesModule__acquisitionDate) AS acquired,
                    date_of(generalImageModule__contentDate) AS made
                FROM images
            )
            GROUP BY series, alone
            HAVING detail <> ''
        """,
    ),
    Finding(
        name="ageDiffers",
        severity=Severity.WARNING,
        level="study",
        sentence="PatientAge is not the time from PatientBirthDate to StudyDate.",
        source="PS3.3 C.7.2.2",
        # An age is rounded down, or to the nearest: two units around it are let pass.
        query="""
            SELECT study, 'PatientAge is ' || any_value(age) || ', and by the dates it is '
                || printf('%.1f years', any_value(days) / 365.25) AS detail
            FROM (
                SELECT study, patientStudyModule__patientAge AS age,
                    date_of(generalStudyModule__studyDate)
                    - date_of(patientModule__patientBirthDate) AS days,
                    try_cast(age[:-2] AS INTEGER) AS number,
                    CASE age[-1:] WHEN 'Y' THEN 365.25 WHEN 'M' THEN 30.44 WHEN 'W' THEN 7
                        WHEN 'D' THEN 1 END AS unit
                FROM images
            )
            WHERE days >= 0 AND (days < (number - 1) * unit - 1 OR days > (number + 2) * unit + 1)
            GROUP BY study
        """,
    ),
    Finding(
        name="unknownCharset",
        severity=Severity.WARNING,
        level="series",
        sentence="SpecificCharacterSet is no defined term: names and descriptions may be read "
        "wrongly.",
        source="PS3.3 C.12.1.1.2",
        query=f"""
            SELECT any_value(study) AS study, series, alone AS image,
                listed(list(DISTINCT term)) AS detail
            FROM (
                SELECT study, series, alone,
                    unnest(SpecificCharacterSet) AS term
                FROM images
            )
            WHERE term <> '' AND term NOT IN ('GB18030', 'GBK') AND NOT list_contains(
                string_split('{_REGISTERED}', ' '),
                regexp_extract(term, '^(?:ISO_IR|ISO 2022 IR) (\\d+)$', 1))
            GROUP BY series, alone
        """,
    ),
)
