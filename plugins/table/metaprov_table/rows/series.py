"""The second pass: what only the whole series tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from .answers import answers_of, columns_of_answers
from .failures import Failures
from .given_series import given_series
from .images import images_of
from .together import whole_series_together
from .volumes import VOLUMES_SCHEMA, VolumesOfSeries, volumes_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metaprov_core import Host
    from metaprov_table.columns import Columns
    from metaprov_table.files import File

    from .images import Image

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
    failures = Failures()
    of_images, of_volumes = [], []
    with given_series(host) as given:
        for some in whole_series_together(series):
            read = [list(images_of(host, files, failures)) for files in some]
            for each in read:
                given.give(each)
            images = [image for each in read for image in each]
            volumes = [
                VolumesOfSeries.asked(host, each, failures)
                for each in read
                if columns.volumes and each
            ]
            arrays = list(_arrays(host, columns, images, volumes, failures))
            of_images.append(pa.RecordBatch.from_arrays(arrays, schema=columns.of_series))
            of_volumes.append(volumes_table(host, volumes, failures))
            given.forget()
            host.changed()
    return SeriesAnswered(
        pa.Table.from_batches(of_images, columns.of_series),
        pa.concat_tables([VOLUMES_SCHEMA.empty_table(), *of_volumes]),
        failures.table(),
    )


def _arrays(
    host: Host,
    columns: Columns,
    images: Sequence[Image],
    volumes: Sequence[VolumesOfSeries],
    failures: Failures,
) -> Iterator[pa.Array]:
    yield pa.array([each.id for each in images], pa.string())
    places = {image: place for each in volumes for image, place in each.places()}
    of_images = [places.get(each.id, (None, None)) for each in images]
    yield pa.array([volume for volume, _ in of_images], pa.string())
    yield pa.array([slice for _, slice in of_images], pa.int64())
    for asked in columns.types_of_series:
        answers = answers_of(host, asked.name, images, failures)
        yield from columns_of_answers(asked, answers, images, failures, nested=columns.nested)
