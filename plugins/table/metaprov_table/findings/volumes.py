"""The defects of volumes, as metaprov-volume found them: nothing is computed a second time."""

from __future__ import annotations

from typing import Final

from .finding import Finding, Severity

__all__ = ["FINDINGS"]

_PLACES: Final = "PS3.3 C.7.6.2.1.1"

FINDINGS: Final = (
    Finding(
        name="missingSlices",
        severity=Severity.WARNING,
        level="volume",
        sentence="Slices are missing: the distance between two neighbours is a whole number of "
        "steps.",
        source=_PLACES,
        query="""
            SELECT study, series, volume, printf('%d missing in %d %s', missing, gaps,
                if(gaps = 1, 'place', 'places')) AS detail
            FROM (
                SELECT studyInstanceUID AS study, seriesInstanceUID AS series, volume,
                    list_sum([gap.missing FOR gap IN gaps IF gap.missing > 0])::BIGINT AS missing,
                    len([gap FOR gap IN gaps IF gap.missing > 0]) AS gaps
                FROM volumes
            )
            WHERE missing > 0
        """,
    ),
)
