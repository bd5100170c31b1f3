"""The second pass: what only the whole series tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from metaprov_core import Host
    from metaprov_table.columns import Columns
    from metaprov_table.files import File

__all__ = ["SeriesAnswered", "series_answered"]


class SeriesAnswered(NamedTuple):
    """The rows of some series."""

    #: By `Columns.of_series`, one for each image or frame; joined to the first pass by ``image``.
    images: pa.Table
    #: By VOLUMES_SCHEMA.
    volumes: pa.Table
    #: By ERRORS_SCHEMA.
    errors: pa.Table


def series_answered(
    host: Host, columns: Columns, series: Iterable[Sequence[File]]
) -> SeriesAnswered:
    """Ask about some series, of each all of its files: those of one ``series`` of the first pass.

    A file without a series is one by itself. The host answers from these files alone, whatever was
    searched before; so the answers are the same however the series are divided among calls.
    """
    raise NotImplementedError
