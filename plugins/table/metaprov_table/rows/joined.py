"""The rows of images and those of their series as one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from metaprov_table.columns import Columns

__all__ = ["joined"]


def joined(columns: Columns, images: pa.Table, of_series: pa.Table) -> pa.Table:
    """The rows of images with what their series answered, by `Columns.schema`.

    An image that was gone when its series was asked has nulls there.
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
