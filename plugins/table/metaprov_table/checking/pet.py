"""What images of PET lack for standardised uptake values."""

from __future__ import annotations

from typing import Final

from .finding import Finding, Severity

__all__ = ["FINDINGS"]

#: PET, Enhanced PET and Legacy Converted Enhanced PET Image Storage: no screenshots of PET.
_IS_PET: Final = """generalImageModule__sopClassUID IN ('1.2.840.10008.5.1.4.1.1.128',
                '1.2.840.10008.5.1.4.1.1.130', '1.2.840.10008.5.1.4.1.1.128.1')"""

FINDINGS: Final = (
    Finding(
        name="ptWithoutSuv",
        severity=Severity.WARNING,
        level="series",
        sentence="No factor to SUV can be given.",
        source="PS3.3 C.8.9.1, C.8.9.2; plugins/scaling/SUV.md",
        query=f"""
            SELECT any_value(study) AS study, series, alone AS image,
                of_images(count(*) FILTER (factor IS NULL), count(*))
                || coalesce(': ' || any_value(why.reason), '') AS detail
            FROM (
                SELECT study, series, alone,
                    scalingModule__suvbw AS factor
                FROM images
                WHERE {_IS_PET}
            )
            LEFT JOIN (
                SELECT series, min(scalingReason) AS reason
                FROM volumes GROUP BY series
            ) AS why USING (series)
            GROUP BY series, alone
            HAVING count(*) FILTER (factor IS NULL) > 0
        """,
    ),
    Finding(
        name="ptWithoutWeight",
        severity=Severity.WARNING,
        level="series",
        sentence="PatientWeight is missing, which SUV is normalised by.",
        source="PS3.3 C.7.2.2",
        query=f"""
            SELECT any_value(study) AS study, series, alone AS image,
                counted(count(*), 'image', 'images') AS detail
            FROM images
            WHERE {_IS_PET} AND NOT coalesce(patientStudyModule__patientWeight > 0, false)
            GROUP BY series, alone
        """,
    ),
    Finding(
        name="ptWithoutSexOrSize",
        severity=Severity.INFO,
        level="series",
        sentence="PatientSex or PatientSize is missing, which SUV by lean body mass needs.",
        source="PS3.3 C.7.1.1, C.7.2.2",
        query=f"""
            SELECT any_value(study) AS study, series, alone AS image,
                'without ' || concat_ws(', ', if(bool_or(no_sex), 'PatientSex', NULL),
                    if(bool_or(no_size), 'PatientSize', NULL)) AS detail
            FROM (
                SELECT *, coalesce(patientModule__patientSex, '') NOT IN ('M', 'F') AS no_sex,
                    NOT coalesce(patientStudyModule__patientSize > 0, false) AS no_size
                FROM images
                WHERE {_IS_PET}
            )
            WHERE no_sex OR no_size
            GROUP BY series, alone
        """,
    ),
    Finding(
        name="ptUnits",
        severity=Severity.INFO,
        level="series",
        sentence="Pixels of PET are not in Bq/ml.",
        source="PS3.3 C.8.9.1.1.3",
        query="""
            SELECT any_value(study) AS study, series, alone AS image,
                listed(list(DISTINCT coalesce(petSeriesModule__units, 'none'))) AS detail
            FROM images
            WHERE generalImageModule__sopClassUID = '1.2.840.10008.5.1.4.1.1.128'
                AND coalesce(petSeriesModule__units, '') <> 'BQML'
            GROUP BY series, alone
        """,
    ),
)
