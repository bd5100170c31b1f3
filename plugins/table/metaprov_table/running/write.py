"""A table as files, by as many processes or machines as one wants, and whatever ends them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import metaprov_core
from metaprov_table.columns import DEFAULT_TYPES

from .engines.on_dask import PATIENCE
from .job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from os import PathLike
    from typing import Literal

    from metaprov_core import Host

    from .summary import Summary

__all__ = ["write"]


def write(
    *sources: str | PathLike[str],
    output: str | PathLike[str],
    types: Iterable[str] = DEFAULT_TYPES,
    nested: bool = False,
    bulk: bool = False,
    volumes: bool = True,
    files: Iterable[str] | None = None,
    exclude: Sequence[str] = (),
    update: bool = False,
    fresh: bool = False,
    workers: int = 0,
    batch: int = 1000,
    engine: Literal["dask"] | None = None,
    scheduler: str | None = None,
    patience: float = PATIENCE,
    host: Host | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Summary:
    """Write the table of what some sources hold, and those of its volumes and of its errors.

    The suffix of ``output`` is the format: ``.parquet``, ``.csv`` or ``.jsonl``; beside
    ``out.parquet`` are ``out.volumes.parquet`` and ``out.errors.parquet``. What is finished is kept
    in ``out.parquet.parts`` until all is: whatever ends a run, the same call goes on from there.
    A finished output with the same plan is left as it is; ``update`` asks about what is new or has
    changed since, and drops what is gone; ``fresh`` begins anew.

    Without ``volumes`` none are looked for: their columns are null, and their table is not there.
    ``files`` is a list of paths, instead of sources or beside them. ``workers`` processes ask about
    ``batch`` files at a time, each with a host as this one, or none but this one: what was added to
    a host is in this process alone. A script that has workers calls this below ``if __name__ ==
    "__main__":``. With ``engine="dask"`` the workers are those of the Dask ``scheduler``, or of a
    cluster on this machine; one that had workers, and has none for ``patience`` seconds, ends the
    run. Types, and the rest, are as of `read`. ``progress(done, total)`` is told how many files
    were asked about, of those found so far, and falls back where series are to be asked anew, with
    all of their files; what it raises is raised.

    Raises `TableError` for what `read` raises it for, for an output that cannot be written or is
    of another plan, and where another run writes it; ValueError for a host that workers cannot
    have. The first Ctrl-C waits for what is running, and is a KeyboardInterrupt; a second does not.
    """
    job = Job(
        sources=sources,
        output=Path(os.path.abspath(output)),  # noqa: PTH100 - a link stays one
        types=tuple(types),
        nested=nested,
        bulk=bulk,
        volumes=volumes,
        files=None if files is None else sorted(set(files)),
        exclude=tuple(exclude),
        update=update,
        fresh=fresh,
        workers=workers,
        batch=batch,
        engine=engine,
        scheduler=scheduler,
        patience=patience,
        host=metaprov_core.default_host if host is None else host,
    )
    if progress is None:
        return job.run(lambda _: None)
    return job.run(lambda so_far: progress(so_far.done, so_far.found))
