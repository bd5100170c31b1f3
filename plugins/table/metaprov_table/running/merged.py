"""Pieces whose rows are in order become one sequence in order, few of them in memory at a time."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

import pyarrow as pa
from pyarrow import compute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .kept.runs import Piece

__all__ = ["BY_PATH_AND_FRAME", "in_groups", "in_order"]

BY_PATH_AND_FRAME: Final = [("path", "ascending"), ("frame", "ascending")]


def in_order(pieces: Iterable[Piece]) -> Iterator[pa.Table]:
    """The rows of all pieces by path and frame; what precedes the next piece is not kept."""
    waiting: pa.Table | None = None
    for piece in sorted(pieces, key=attrgetter("first")):
        if waiting is None:
            waiting = piece.read()
            continue
        count = compute.sum(compute.less(waiting["path"], piece.first)).as_py() or 0
        yield waiting.slice(0, count)
        waiting, rest = piece.read(), waiting.slice(count)
        if rest.num_rows:
            waiting = pa.concat_tables([rest, waiting], promote_options="default").sort_by(
                BY_PATH_AND_FRAME
            )
    if waiting is not None:
        yield waiting


def in_groups(tables: Iterable[pa.Table], size: int) -> Iterator[pa.Table]:
    """The same rows in tables of ``size`` rows, the last one of what is left."""
    waiting: list[pa.Table] = []
    count = 0
    for table in tables:
        waiting.append(table)
        count += table.num_rows
        while count >= size:
            whole = pa.concat_tables(waiting, promote_options="default")
            waiting, count = [whole.slice(size)], count - size
            yield whole.slice(0, size)
            del whole  # before the next ones are read
    if count:
        yield pa.concat_tables(waiting, promote_options="default")
