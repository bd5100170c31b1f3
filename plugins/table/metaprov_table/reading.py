"""A table in memory."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import pyarrow as pa
from pyarrow import parquet

import metaprov_core

from .columns import DEFAULT_TYPES, columns_of
from .files import found_files
from .rows import (
    ERRORS_SCHEMA,
    VOLUMES_SCHEMA,
    answered,
    joined,
    series_answered,
    series_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from os import PathLike

    from metaprov_core import Host

    from .columns import Columns
    from .files import File

__all__ = ["Tables", "read"]

#: How many files are asked about before ``progress`` is told.
_TOGETHER: Final = 1000
_BY_PATH_AND_FRAME: Final = [("path", "ascending"), ("frame", "ascending")]


class Tables(NamedTuple):
    """What `read` gives."""

    #: One row an image or frame, by path and frame.
    table: pa.Table
    #: One row a volume.
    volumes: pa.Table
    #: What could not be read, and why.
    errors: pa.Table


def read(
    *sources: str | PathLike[str],
    types: Iterable[str] = DEFAULT_TYPES,
    nested: bool = False,
    bulk: bool = False,
    volumes: bool = True,
    exclude: Sequence[str] = (),
    workers: int = 0,
    engine: Literal["dask"] | None = None,
    host: Host | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Tables:
    """The table of what some sources hold, in memory; `write` is for what does not fit there.

    ``types`` are columns as the answers have fields, see `schema`. Without ``volumes`` none are
    looked for: their columns are null, and their table is empty. ``workers`` processes answer, or
    none but this one; another ``host`` than the default one, and what was added to either, is in
    this one alone. ``progress(done, total)`` is told how many files were asked about; what it
    raises is raised.

    Raises `TableError` for a type that is no column, and if none of the sources is there, before a
    file is read. Nothing is raised for a file, or for one of several sources: that is a row of the
    errors. A glob of ``exclude`` that leaves out nothing is a warning.
    """
    if workers or engine is not None:
        from .running import write

        with TemporaryDirectory() as folder:
            output = Path(folder, "table.parquet")
            write(
                *sources,
                output=output,
                types=types,
                nested=nested,
                bulk=bulk,
                volumes=volumes,
                exclude=exclude,
                workers=workers,
                engine=engine,
                host=host,
                progress=progress,
            )
            return _written(output, volumes=volumes)
    host = metaprov_core.default_host if host is None else host
    columns = columns_of(host, types, nested=nested, bulk=bulk, volumes=volumes)
    return _read_here(host, columns, list(found_files(sources, exclude, host=host)), progress)


def _read_here(
    host: Host,
    columns: Columns,
    files: Sequence[File],
    progress: Callable[[int, int], object] | None,
) -> Tables:
    images, errors = [columns.of_images.empty_table()], [ERRORS_SCHEMA.empty_table()]
    for start in range(0, len(files), _TOGETHER):
        some = answered(host, columns, files[start : start + _TOGETHER])
        images.append(some.images)
        errors.append(some.errors)
        if progress is not None:
            progress(min(start + _TOGETHER, len(files)), len(files))
    first = pa.concat_tables(images)
    second = series_answered(host, columns, series_in(first) if columns.need_series else [])
    return Tables(
        joined(columns, first, second.images).sort_by(_BY_PATH_AND_FRAME),
        second.volumes.sort_by("volume"),
        # What both passes met is there once.
        pa.concat_tables([*errors, second.errors])
        .group_by(ERRORS_SCHEMA.names, use_threads=False)
        .aggregate([])
        .cast(ERRORS_SCHEMA)
        .sort_by("path"),
    )


def _written(output: Path, *, volumes: bool) -> Tables:
    """The tables of a finished output."""
    return Tables(
        parquet.read_table(output),
        parquet.read_table(output.with_suffix(".volumes.parquet"))
        if volumes
        else VOLUMES_SCHEMA.empty_table(),
        parquet.read_table(output.with_suffix(".errors.parquet")),
    )
