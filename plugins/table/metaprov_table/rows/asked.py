"""What each file answers by itself, and its series as far as its files are at hand."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from metaprov_modules import GENERAL_SERIES
from metaprov_table.files import id_as_text

from .answers import answers_of, columns_of_answers
from .failures import Failures
from .images import images_of
from .series import FILE_COLUMNS, series_in, series_of
from .together import together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_core import Host
    from metaprov_table.columns import Columns
    from metaprov_table.files import File

    from .images import Image
    from .series import Series
    from .series_answers import AskedSeries

__all__ = ["Answered", "answered"]


class Answered(NamedTuple):
    """The rows of some files."""

    #: By `Columns.of_images`, in the order of the files, then of the frames.
    images: pa.Table
    #: By ERRORS_SCHEMA, in the order of the files.
    errors: pa.Table


def answered(
    host: Host, columns: Columns, files: Sequence[File], series: AskedSeries | None = None
) -> Answered:
    """Ask about some files, each for itself, a few hundred at a time.

    ``series`` are asked about while the host has their headers, as far as their files are among
    these few hundred. Whatever it keeps of them it then lets go. Nothing is raised for a file: that
    is a row of the errors.
    """
    failures = Failures()
    schema = columns.of_images
    batches = []
    for some in together(files):
        images = list(images_of(host, some, failures))
        arrays = list(_arrays(host, columns, images, failures))
        batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
        batches.append(batch)
        if series is not None:
            series.ask(_by_series(batch, images))
        host.changed()
    return Answered(pa.Table.from_batches(batches, schema), failures.table())


def _arrays(
    host: Host, columns: Columns, images: Sequence[Image], failures: Failures
) -> Iterator[pa.Array]:
    # Asked first, and once: it is one of most tables.
    of_series = answers_of(host, GENERAL_SERIES, images, failures)
    yield pa.array([id_as_text(each.id) for each in images], pa.string())
    yield pa.array([each.file.path for each in images], pa.string())
    yield pa.array([each.frame for each in images], pa.int64())
    yield pa.array([each.file.size for each in images], pa.int64())
    yield pa.array([each.file.mtime_ns for each in images], pa.int64())
    yield pa.array([series_of(each) for each in of_series], pa.string())
    for asked in columns.types_of_images:
        answers = (
            of_series
            if asked.name == GENERAL_SERIES
            else answers_of(host, asked.name, images, failures)
        )
        yield from columns_of_answers(asked, answers, images, failures, nested=columns.nested)


def _by_series(
    rows: pa.RecordBatch, images: Sequence[Image]
) -> list[tuple[Series, Sequence[Image]]]:
    """The series of some rows, and the images in the files of each."""
    in_file = defaultdict(list)
    for image in images:
        in_file[image.file.path].append(image)
    return [
        (each, [image for file in each.files for image in in_file[file.path]])
        for each in series_in(pa.Table.from_batches([rows]).select(FILE_COLUMNS))
    ]
