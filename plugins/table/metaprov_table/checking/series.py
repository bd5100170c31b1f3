"""What differs between the images of one series, where it should not."""

from __future__ import annotations

from typing import Final

from .finding import Finding, Severity

__all__ = ["FINDINGS"]

FINDINGS: Final = (
    Finding(
        name="mixedOrientation",
        severity=Severity.WARNING,
        level="series",
        sentence="Images of one series are not parallel.",
        source="PS3.3 C.7.6.2.1.1",
        # The tolerance is that of metaprov-volume, which makes volumes of them.
        query="""
            SELECT any_value(study) AS study, series,
                counted(count(DISTINCT cosines), 'orientation', 'orientations') AS detail
            FROM (
                SELECT study, series,
                    imagePlaneModule__imageOrientationPatient AS cosines
                FROM images
                WHERE series <> '' AND len(imagePlaneModule__imageOrientationPatient) = 6
            )
            GROUP BY series
            HAVING greatest(
                max(cosines[1]) - min(cosines[1]), max(cosines[2]) - min(cosines[2]),
                max(cosines[3]) - min(cosines[3]), max(cosines[4]) - min(cosines[4]),
                max(cosines[5]) - min(cosines[5]), max(cosines[6]) - min(cosines[6])
            ) > 0.001
        """,
    ),
    Finding(
        name="mixedSize",
        severity=Severity.WARNING,
        level="series",
        sentence="Images of one series differ in rows or columns.",
        source="PS3.3 C.7.6.3",
        query="""
            SELECT any_value(study) AS study, series,
                listed(list(DISTINCT printf('%dx%d', imagePixelModule__columns,
                    imagePixelModule__rows))) AS detail
            FROM images
            WHERE series <> '' AND imagePixelModule__rows IS NOT NULL
            GROUP BY series
            HAVING count(DISTINCT (imagePixelModule__rows, imagePixelModule__columns)) > 1
        """,
    ),
    Finding(
        name="mixedRescale",
        severity=Severity.WARNING,
        level="series",
        sentence="Images of one series have different rescale slopes, intercepts or units; those "
        "of PET may differ.",
        source="PS3.3 C.11.1",
        query="""
            SELECT any_value(study) AS study, series,
                concat_ws(', ',
                    differing(list(coalesce(modalityLutModule__rescaleSlope::VARCHAR,
                        'none')), 'slopes'),
                    differing(list(coalesce(modalityLutModule__rescaleIntercept::VARCHAR,
                        'none')), 'intercepts'),
                    differing(list(coalesce(modalityLutModule__rescaleType, 'none')),
                        'types')) AS detail
            FROM images
            WHERE series <> '' AND generalSeriesModule__modality <> 'PT'
            GROUP BY series
            HAVING detail <> ''
        """,
    ),
    Finding(
        name="mixedKernel",
        severity=Severity.WARNING,
        level="series",
        sentence="Images of one series were reconstructed with different kernels.",
        source="PS3.3 C.8.2.3",
        query="""
            SELECT any_value(study) AS study, series,
                listed(list(DISTINCT kernel)) AS detail
            FROM (
                SELECT *, coalesce(array_to_string(ConvolutionKernel, '/'), 'none') AS kernel
                FROM images
                WHERE series <> ''
            )
            GROUP BY series
            HAVING count(DISTINCT kernel) > 1
        """,
    ),
)
