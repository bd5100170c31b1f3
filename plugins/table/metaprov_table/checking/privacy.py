"""What may still say who was imaged."""

from __future__ import annotations

from typing import Final

from .finding import Finding, Severity

__all__ = ["FINDINGS"]

FINDINGS: Final = (
    Finding(
        name="burnedInAnnotation",
        severity=Severity.WARNING,
        level="series",
        sentence="The pixels may name the patient: BurnedInAnnotation is YES.",
        source="PS3.3 C.7.6.1, PS3.15 E.3.1",
        query="""
            SELECT any_value(study) AS study, series, alone AS image,
                of_images(count(*) FILTER (burned_in), count(*)) AS detail
            FROM (
                SELECT study, series, alone,
                    BurnedInAnnotation = 'YES' AS burned_in
                FROM images
            )
            GROUP BY series, alone
            HAVING bool_or(burned_in)
        """,
    ),
    Finding(
        name="identityLeft",
        severity=Severity.WARNING,
        level="series",
        sentence="PatientIdentityRemoved is YES, and the header has a name, a birth date or an "
        "accession number all the same.",
        source="PS3.15 E.1",
        # A name without ^ may be the code of a trial; so is one that is the PatientID.
        query="""
            SELECT any_value(study) AS study, series, alone AS image,
                concat_ws(', ', if(bool_or(name), 'PatientName', NULL),
                    if(bool_or(birth), 'PatientBirthDate', NULL),
                    if(bool_or(accession), 'AccessionNumber', NULL)) AS detail
            FROM (
                SELECT *,
                    contains(rtrim(patientModule__patientName, '^ '), '^')
                    AND patientModule__patientName IS DISTINCT FROM patientModule__patientId
                    AS name,
                    patientModule__patientBirthDate <> '' AS birth,
                    generalStudyModule__accessionNumber <> '' AS accession
                FROM images
                WHERE PatientIdentityRemoved = 'YES'
            )
            WHERE name OR birth OR accession
            GROUP BY series, alone
        """,
    ),
    Finding(
        name="privateCreators",
        severity=Severity.INFO,
        level="series",
        sentence="Headers have private attributes, which may hold anything.",
        source="PS3.15 E.3.10",
        query="""
            SELECT any_value(study) AS study, series, alone AS image,
                listed(list(DISTINCT creator)) AS detail
            FROM (
                SELECT study, series, alone,
                    unnest(privateCreators) AS creator
                FROM images
            )
            GROUP BY series, alone
        """,
    ),
)
