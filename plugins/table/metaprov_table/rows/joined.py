"""Both passes as one table, and which files the second one asks about together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from metaprov_table.files import File

if TYPE_CHECKING:
    from metaprov_table.columns import Columns

__all__ = ["files_by_series", "joined"]


def files_by_series(images: pa.Table) -> list[list[File]]:
    """The files of a first pass, those of a series together; one without a series is by itself."""
    series: dict[str | tuple[str], dict[File, None]] = {}
    columns = (images[name].to_pylist() for name in ("series", "path", "size", "mtime_ns"))
    for uid, path, size, mtime_ns in zip(*columns, strict=True):
        series.setdefault(uid or (path,), {})[File(path, size, mtime_ns)] = None
    return [list(files) for files in series.values()]


def joined(columns: Columns, images: pa.Table, of_series: pa.Table) -> pa.Table:
    """The rows of a first pass with what the second one has for them, by `Columns.schema`.

    An image that the second pass has not, because it was gone by then, has nulls there.
    """
    places = {image: place for place, image in enumerate(of_series["image"].to_pylist())}
    rows = pa.array([places.get(image) for image in images["image"].to_pylist()], pa.int64())
    taken = of_series.take(rows)
    arrays = [
        (taken if field.name in taken.schema.names and field.name != "image" else images)[
            field.name
        ]
        for field in columns.schema
    ]
    return pa.Table.from_arrays(arrays, schema=columns.schema)
