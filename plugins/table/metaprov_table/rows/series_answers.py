"""What only the whole series tells: it is asked of some files, and says of which."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from metaprov_table.files import id_as_text

from .answers import answers_of, columns_of_answers
from .failures import Failures
from .given_series import given_series
from .images import images_of
from .series import Series
from .together import TOGETHER, whole_together
from .volumes import VOLUMES_SCHEMA, VolumesOfSeries, volumes_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metaprov_core import Host
    from metaprov_table.columns import Columns

    from .given_series import GivenSeries
    from .images import Image

__all__ = ["AskedSeries", "SeriesAnswered", "asking_series", "series_answered"]


class SeriesAnswered(NamedTuple):
    """The rows of some series, true as long as these have the files that were asked about."""

    #: By the keys of the series, the digests of these files.
    asked: Mapping[str, str]
    #: By `Columns.of_series`, one for each image or frame; joined to the others by ``image``.
    images: pa.Table
    #: By VOLUMES_SCHEMA.
    volumes: pa.Table
    #: By ERRORS_SCHEMA.
    errors: pa.Table


class AskedSeries:
    """Series that are asked about, some at a time, and what they have answered so far.

    The host answers from the files that are given alone, whatever was searched before; so the
    answers of a series are the same whatever is asked about before and beside it.
    """

    def __init__(self, host: Host, columns: Columns, given: GivenSeries) -> None:
        self._host = host
        self._columns = columns
        self._given = given
        self._asked: dict[str, str] = {}
        self._images: list[pa.RecordBatch] = []
        self._volumes: list[pa.Table] = []
        #: Those of the files are told here, too, by who reads them for their series.
        self.failures = Failures()

    def ask(self, series: Sequence[tuple[Series, Sequence[Image]]]) -> None:
        """Ask about some series by their images; what the host keeps of them it keeps."""
        read = [images for _, images in series if images]
        for each in read:
            self._given.give(each)
        images = [image for each in read for image in each]
        volumes = [
            VolumesOfSeries.asked(self._host, each, self.failures)
            for each in read
            if self._columns.volumes
        ]
        arrays = list(self._arrays(images, volumes))
        self._images.append(pa.RecordBatch.from_arrays(arrays, schema=self._columns.of_series))
        self._volumes.append(volumes_table(self._host, volumes, self.failures))
        self._asked.update((each.key, each.digest) for each, _ in series)
        self._given.forget()

    def answered(self) -> SeriesAnswered:
        """What they have answered."""
        return SeriesAnswered(
            self._asked,
            pa.Table.from_batches(self._images, self._columns.of_series),
            pa.concat_tables([VOLUMES_SCHEMA.empty_table(), *self._volumes]),
            self.failures.table(),
        )

    def _arrays(
        self, images: Sequence[Image], volumes: Sequence[VolumesOfSeries]
    ) -> Iterator[pa.Array]:
        columns = self._columns
        yield pa.array([id_as_text(each.id) for each in images], pa.string())
        places = {image: place for each in volumes for image, place in each.places()}
        of_images = [places.get(each.id, (None, None)) for each in images]
        yield pa.array([volume for volume, _ in of_images], pa.string())
        yield pa.array([slice for _, slice in of_images], pa.int64())
        for asked in columns.types_of_series:
            answers = answers_of(self._host, asked.name, images, self.failures)
            yield from columns_of_answers(
                asked, answers, images, self.failures, nested=columns.nested
            )


@contextmanager
def asking_series(host: Host, columns: Columns) -> Iterator[AskedSeries]:
    """Let series be asked about."""
    with given_series(host) as given:
        yield AskedSeries(host, columns, given)


def series_answered(host: Host, columns: Columns, series: Iterable[Series]) -> SeriesAnswered:
    """Ask about some series, of each all of its files, as `series_in` has them.

    Whatever the host keeps of them it lets go.
    """
    with asking_series(host, columns) as asked:
        for some in whole_together(series, Series.size, TOGETHER):
            asked.ask([(each, list(images_of(host, each.files, asked.failures))) for each in some])
            host.changed()
        return asked.answered()
