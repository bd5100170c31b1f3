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
        sentence="Slices are missing: neighbours are several steps apart.",
        source=_PLACES,
        query="""
            SELECT study, series, volume,
                counted(list_sum(missing), 'slice', 'slices') || ' missing in '
                || counted(len(missing), 'place', 'places') AS detail
            FROM (
                SELECT studyInstanceUID AS study, seriesInstanceUID AS series, volume,
                    [gap.missing FOR gap IN gaps IF gap.missing > 0] AS missing
                FROM volumes
            )
            WHERE len(missing) > 0
        """,
    ),
    Finding(
        name="unevenSpacing",
        severity=Severity.WARNING,
        level="volume",
        sentence="Slices are not evenly spaced, or lie beside the lattice of the others.",
        source=_PLACES,
        query="""
            SELECT studyInstanceUID AS study, seriesInstanceUID AS series, volume,
                concat_ws(', ', counted(uneven, 'step', 'steps') || ' of another length',
                    counted(beside, 'image', 'images') || ' beside the lattice',
                    'up to ' || printf('%.3g mm from its place', maxDeviation)) AS detail
            FROM (
                SELECT *, nullif(len([gap FOR gap IN gaps IF gap.missing IS NULL]), 0) AS uneven,
                    nullif(len(offLattice), 0) AS beside
                FROM volumes
            )
            WHERE uneven > 0 OR beside > 0
                OR (NOT regular AND len(gaps) = 0 AND len(duplicates) = 0)
        """,
    ),
    Finding(
        name="samePosition",
        severity=Severity.WARNING,
        level="volume",
        sentence="Several images lie at one position, and nothing in their headers tells them "
        "apart.",
        source=_PLACES,
        query="""
            SELECT studyInstanceUID AS study, seriesInstanceUID AS series, volume,
                counted(list_sum([len(images) FOR images IN duplicates]), 'image', 'images')
                || ' at ' || counted(len(duplicates), 'position', 'positions') AS detail
            FROM volumes
            WHERE len(duplicates) > 0
        """,
    ),
    Finding(
        name="tilted",
        severity=Severity.INFO,
        level="volume",
        sentence="Slices are not stacked along their normal, as with a tilted gantry: their "
        "lattice is sheared.",
        source=_PLACES,
        query="""
            SELECT studyInstanceUID AS study, seriesInstanceUID AS series, volume,
                printf('%.1f degrees', tiltDegrees) AS detail
            FROM volumes
            WHERE NOT orthogonal
        """,
    ),
    Finding(
        name="grouped",
        severity=Severity.INFO,
        level="series",
        sentence="Several volumes lie at one place: times, echoes, b-values.",
        source=_PLACES,
        query="""
            SELECT any_value(studyInstanceUID) AS study, seriesInstanceUID AS series,
                counted(count(*), 'volume', 'volumes') || ' by ' || any_value("group".attribute)
                || if(bool_or("group".assumed), ', by their order alone', '') AS detail
            FROM volumes
            WHERE "group" IS NOT NULL
            GROUP BY seriesInstanceUID
        """,
    ),
)
