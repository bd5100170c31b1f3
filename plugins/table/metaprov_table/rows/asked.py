"""The first pass: what each file answers by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from metaprov_core import Host
    from metaprov_table.columns import Columns
    from metaprov_table.files import File

__all__ = ["Answered", "answered"]


class Answered(NamedTuple):
    """The rows of some files."""

    #: By `Columns.of_images`, in the order of the files, then of the frames.
    images: pa.Table
    #: By ERRORS_SCHEMA, in the order of the files.
    errors: pa.Table


def answered(host: Host, columns: Columns, files: Sequence[File]) -> Answered:
    """Ask about some files, each for itself, a few hundred at a time.

    Whatever the host keeps of them it lets go. Nothing is raised for a file: that is a row of the
    errors.
    """
    raise NotImplementedError
