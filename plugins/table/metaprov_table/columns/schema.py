"""The schema of a table: what is asked, and the columns that its answers fill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa

from .default_types import DEFAULT_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metaprov_core import Host

    from .asked_type import AskedType

__all__ = ["FIRST_FIELDS", "Columns", "columns_of", "schema"]

#: What every row begins with, whatever is asked.
FIRST_FIELDS: Final = (
    pa.field("image", pa.string(), nullable=False),
    # Absolute; of an image that is no file, its id without frame.
    pa.field("path", pa.string(), nullable=False),
    # Counted from 1.
    pa.field("frame", pa.int64(), nullable=False),
    # In bytes, and of the last change, in ns since 1970; null of what is no file.
    pa.field("size", pa.int64()),
    pa.field("mtime_ns", pa.int64()),
    # SeriesInstanceUID (0020,000E): by it the second pass, and an update, find what is together.
    pa.field("series", pa.string()),
)
#: What only the whole series tells: the row of the volumes table that an image is in, and its
#: place on the lattice of that volume, counted from 0.
VOLUME_FIELDS: Final = (pa.field("volume", pa.string()), pa.field("slice", pa.int64()))


class Columns(NamedTuple):
    """A choice of columns. It can be pickled, and equal choices compare equal."""

    types: tuple[AskedType, ...]
    #: One struct a type, instead of a column a field.
    nested: bool
    #: Palettes, look-up tables, overlays and binary attributes, too.
    bulk: bool

    @property
    def schema(self) -> pa.Schema:
        """That of the table: image, path, frame, size, mtime_ns, series, volume, slice, answers."""
        raise NotImplementedError

    @property
    def of_images(self) -> pa.Schema:
        """That of the first pass: without what only the whole series tells."""
        raise NotImplementedError

    @property
    def of_series(self) -> pa.Schema:
        """That of the second pass: image, volume, slice, and the answers about series."""
        raise NotImplementedError


def columns_of(
    host: Host, types: Iterable[str] = DEFAULT_TYPES, *, nested: bool = False, bulk: bool = False
) -> Columns:
    """The columns that the answers of some types fill, in this order, each type once.

    Raises `TableError` for a type that nobody serves, with names that are near, and for one that
    is no column, with the reason. Nothing is read.
    """
    raise NotImplementedError


def schema(
    types: Iterable[str] = DEFAULT_TYPES,
    *,
    nested: bool = False,
    bulk: bool = False,
    host: Host | None = None,
) -> pa.Schema:
    """The schema of the table of some types. Raises as `columns_of` does."""
    raise NotImplementedError
