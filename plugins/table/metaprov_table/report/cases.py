"""Cases with what tells people where they are: UIDs, and names and paths only if asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_table.checking.database import answered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa
    from duckdb import DuckDBPyConnection

__all__ = ["Case", "described"]

#: What is said of a case, by name.
Case = dict[str, str]


class _Said(NamedTuple):
    """Something that is said of a case: a column of its images, and how they are put together."""

    column: str
    expression: str = "any_value({})"


_EACH: Final = "listed(list(DISTINCT {}))"
_MODALITY: Final = _Said("modality")
_INSTANCE: Final = _Said("generalImageModule__sopInstanceUID")
#: What may say who was imaged: descriptions and paths have names in them, too.
_IDENTIFYING: Final[Mapping[str, _Said]] = {
    "patient": _Said("patientModule__patientId", _EACH),
    "name": _Said("patientModule__patientName", _EACH),
    "description": _Said("generalSeriesModule__seriesDescription"),
    "path": _Said("path"),
}
#: The images of a case are those of the first of these that it names.
_PLACES: Final = ("image", "series", "study")


def described(database: DuckDBPyConnection, cases: pa.Table, *, identify: bool) -> list[Case]:
    """What is said of each case, in order; of what is not known, nothing."""
    said: list[Case] = [{} for _ in range(cases.num_rows)]
    database.register("given", cases)
    database.execute("""
        CREATE OR REPLACE TEMP TABLE cases AS
        SELECT *, row_number() OVER () - 1 AS place FROM given
    """)
    known = set(database.sql("FROM images").columns)
    finer: list[str] = []
    for place in _PLACES:
        wanted = {
            name: each.expression.format(each.column)
            for name, each in _said(place, identify=identify)
            if each.column in known
        }
        if wanted:
            one = " AND ".join(
                [f"cases.{place} IS NOT NULL", *(f"cases.{each} IS NULL" for each in finer)]
            )
            query = f"""
                SELECT cases.place, {", ".join(wanted.values())}
                FROM cases JOIN images ON cases.{place} = images.{place}
                WHERE {one} GROUP BY cases.place
            """
            for row, *values in answered(database, database.sql(query).fetchall):
                said[row].update(zip(wanted, values, strict=True))
        finer.append(place)
    for case, about in zip(cases.to_pylist(), said, strict=True):
        about.update({name: case[name] for name in ("study", "series", "detail")})
        # One of no series is called after its file; its number in the series is enough.
        about["volume"] = (case["volume"] or "").rpartition("/")[2]
    return [{name: text for name, text in about.items() if text} for about in said]


def _said(place: str, *, identify: bool) -> Iterator[tuple[str, _Said]]:
    if identify:
        yield from (each for each in _IDENTIFYING.items() if each[0] != "path" or place == "image")
    if place != "study":
        yield "modality", _MODALITY
    if place == "image":
        yield "instance", _INSTANCE
