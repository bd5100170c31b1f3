"""Which files are of one series, by the rows that they have."""

from __future__ import annotations

from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa
from pyarrow import compute

from metaprov_modules import GeneralSeriesModule
from metaprov_table.columns.class_forms import fields_of, value_of_field
from metaprov_table.files import File

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["FILE_COLUMNS", "Series", "keys_of", "series_in", "series_of"]

(_SERIES,) = (
    field
    for field in fields_of(GeneralSeriesModule, bulk=False) or ()
    if field.name == "series_instance_uid"
)

#: What is needed of the rows.
FILE_COLUMNS: Final = ("path", "size", "mtime_ns", "series")


class Series(NamedTuple):
    """A series, or a file that is of none."""

    #: The SeriesInstanceUID, or the path.
    key: str
    files: Sequence[File]

    def size(self) -> int:
        """How many files it has."""
        return len(self.files)

    @property
    def digest(self) -> str:
        """It differs where a file does, in its name, size or time."""
        return blake2b(repr(self.files).encode("utf-8"), digest_size=12).hexdigest()


def series_of(general_series: Any) -> str | None:
    """The SeriesInstanceUID in an answer; None where it has none."""
    uid = None if general_series is None else value_of_field(general_series, _SERIES)
    return uid if isinstance(uid, str) else None


def keys_of(rows: pa.Table) -> pa.ChunkedArray:
    """What the rows of one series have in common: its UID, or else the path of the file."""
    return compute.coalesce(rows["series"], rows["path"])


def series_in(rows: pa.Table) -> Iterator[Series]:
    """The series of some rows with FILE_COLUMNS, in the order of their first paths."""
    files = rows.group_by(list(FILE_COLUMNS), use_threads=False).aggregate([]).sort_by("path")
    # The codes of a dictionary follow the order in which its values are met.
    codes = keys_of(files).combine_chunks().dictionary_encode().indices
    by_series = files.append_column("code", codes).sort_by(
        [("code", "ascending"), ("path", "ascending")]
    )
    for _, group in groupby(_rows(by_series), key=itemgetter(0)):
        of_series = list(group)
        of_files = [File(*row[1:4]) for row in of_series]
        _, path, _, _, uid = of_series[0]
        yield Series(path if uid is None else uid, of_files)


def _rows(table: pa.Table) -> Iterator[tuple[int, str, int | None, int | None, str | None]]:
    for batch in table.select(["code", *FILE_COLUMNS]).to_batches(10_000):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
