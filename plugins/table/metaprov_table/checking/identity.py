"""Whose images they are: patients, studies, series and images that are not told apart."""

from __future__ import annotations

from typing import Final

from .finding import Finding, Severity

__all__ = ["FINDINGS"]

FINDINGS: Final = (
    Finding(
        name="duplicateSopInstanceUid",
        severity=Severity.ERROR,
        level="image",
        sentence="Several files have one SOPInstanceUID, which is to be unique.",
        source="PS3.3 C.12.1.1.1",
        query="""
            SELECT any_value(study) AS study, any_value(series) AS series, min(image) AS image,
                counted(count(*), 'file', 'files') || ' in '
                || counted(count(DISTINCT series), 'series', 'series') AS detail
            FROM (
                SELECT study, series, image,
                    generalImageModule__sopInstanceUID AS uid
                FROM images
                WHERE uid <> '' AND frame = 1
            )
            GROUP BY uid
            HAVING count(*) > 1
        """,
    ),
    Finding(
        name="patientDiffers",
        severity=Severity.WARNING,
        level="patient",
        sentence="Images with one PatientID differ in name, birth date or sex.",
        source="PS3.3 C.7.1.1",
        # Capitals, and separators at the end of a name, mean nothing (PS3.5 6.2.1).
        query="""
            SELECT study,
                differences || coalesce(', in ' || counted(nullif(studies, 0), 'study', 'studies'),
                    '') AS detail
            FROM (
                SELECT min(study) AS study, count(DISTINCT study) AS studies,
                    concat_ws(', ',
                        differing(list(upper(rtrim(nullif(patientModule__patientName, ''),
                            '^ '))), 'names'),
                        differing(list(nullif(patientModule__patientBirthDate, '')),
                            'birth dates'),
                        differing(list(nullif(patientModule__patientSex, '')), 'sexes'))
                    AS differences
                FROM images
                WHERE patientModule__patientId <> ''
                GROUP BY patientModule__patientId, patientModule__issuerOfPatientId
            )
            WHERE differences <> ''
        """,
    ),
    Finding(
        name="studyOfSeveralPatients",
        severity=Severity.ERROR,
        level="study",
        sentence="Images of one study have different PatientIDs.",
        source="PS3.3 A.1.2.2",
        query="""
            SELECT study,
                counted(count(DISTINCT coalesce(patientModule__patientId, '')), 'PatientID',
                    'PatientIDs') AS detail
            FROM images
            WHERE generalStudyModule__studyInstanceUID <> ''
            GROUP BY study
            HAVING count(DISTINCT coalesce(patientModule__patientId, '')) > 1
        """,
    ),
    Finding(
        name="seriesOfSeveralStudies",
        severity=Severity.ERROR,
        level="series",
        sentence="Images of one series have different StudyInstanceUIDs.",
        source="PS3.3 A.1.2.3",
        query="""
            SELECT min(study) AS study, series,
                counted(count(DISTINCT coalesce(generalStudyModule__studyInstanceUID, '')),
                    'study', 'studies') AS detail
            FROM images
            WHERE series <> ''
            GROUP BY series
            HAVING count(DISTINCT coalesce(generalStudyModule__studyInstanceUID, '')) > 1
        """,
    ),
)
