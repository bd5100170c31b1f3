"""The first pass: what each file answers by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from metaprov_modules import GENERAL_SERIES, GeneralSeriesModule
from metaprov_table.columns.class_forms import fields_of, value_of_field
from metaprov_table.files import id_as_text

from .answers import answers_of, columns_of_answers
from .failures import Failures
from .images import images_of
from .together import together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_core import Host
    from metaprov_table.columns import Columns
    from metaprov_table.files import File

    from .images import Image

__all__ = ["Answered", "answered", "series_of"]

(_SERIES,) = (
    field
    for field in fields_of(GeneralSeriesModule, bulk=False) or ()
    if field.name == "series_instance_uid"
)


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
    failures = Failures()
    schema = columns.of_images
    batches = []
    for some in together(files):
        images = list(images_of(host, some, failures))
        arrays = list(_arrays(host, columns, images, failures))
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
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


def series_of(general_series: Any) -> str | None:
    """The SeriesInstanceUID in an answer; None where it has none."""
    uid = None if general_series is None else value_of_field(general_series, _SERIES)
    return uid if isinstance(uid, str) else None
