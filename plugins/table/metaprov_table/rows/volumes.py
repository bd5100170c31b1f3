"""The table of volumes: one row each, with what its first image says of series, study, patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import pyarrow as pa

from metaprov_modules import (
    GENERAL_SERIES,
    GENERAL_STUDY,
    PATIENT,
    PATIENT_STUDY,
    PET_ISOTOPE,
    PET_SERIES,
    SCALING,
    SERIES_VOLUMES,
    VOLUME_GEOMETRY,
    VolumeGeometryModule,
)
from metaprov_table.columns.asked_type import AskedType
from metaprov_table.columns.class_forms import field_of
from metaprov_table.files import id_as_text

from .answers import answers_of, columns_of_answers
from .series import series_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metaprov_core import Host

    from .failures import Failures
    from .images import Image

__all__ = ["VOLUMES_SCHEMA", "VolumesOfSeries", "volumes_table"]

#: What every row begins with.
_FIRST_FIELDS: Final = (
    # What the column ``volume`` of the table of images has: SeriesInstanceUID/1, /2 ...
    pa.field("volume", pa.string(), nullable=False),
    pa.field("series", pa.string()),
    # The first image, and where it is.
    pa.field("image", pa.string(), nullable=False),
    pa.field("path", pa.string(), nullable=False),
    # How many images, or frames, it has.
    pa.field("images", pa.int64(), nullable=False),
)
_GEOMETRY: Final = AskedType(VOLUME_GEOMETRY, False, VOLUME_GEOMETRY.answer_class, False)
#: What is asked of the first image.
_OF_FIRST_IMAGE: Final = (
    *(
        AskedType(str(key), False, key.answer_class, False)
        for key in (
            PATIENT,
            PATIENT_STUDY,
            GENERAL_STUDY,
            GENERAL_SERIES,
            PET_SERIES,
            PET_ISOTOPE,
            SCALING,
        )
    ),
    AskedType("Manufacturer", False, str, False),
    AskedType("ManufacturerModelName", False, str, False),
    AskedType("ConvolutionKernel", False, tuple, False),
)
#: Why an image of PET has no factor.
_REASON: Final = pa.field("scalingReason", pa.string())
#: The modalities that scalingModule is for.
_SCALED: Final = frozenset({"PT", "RTDOSE"})

VOLUMES_SCHEMA: Final = pa.schema(
    [
        *_FIRST_FIELDS,
        # Those of VolumeGeometryModule, by their JSON names.
        *(
            field_of(each.json_name, each.form, each.metadata)
            for each in _GEOMETRY.class_fields or ()
        ),
        *(field for asked in _OF_FIRST_IMAGE for field in asked.fields(nested=False)),
        _REASON,
    ]
)


class VolumesOfSeries(NamedTuple):
    """The volumes of one series."""

    series: str | None
    #: By id.
    images: dict[str, Image]
    volumes: tuple[VolumeGeometryModule, ...]

    @classmethod
    def asked(cls, host: Host, images: Sequence[Image], failures: Failures) -> Self:
        """Those of the images of one series, of which there is at least one."""
        first = images[:1]
        (volumes,) = answers_of(host, SERIES_VOLUMES, first, failures)
        (general_series,) = answers_of(host, GENERAL_SERIES, first, failures)
        return cls(series_of(general_series), {each.id: each for each in images}, volumes or ())

    def name(self, number: int) -> str:
        """What a volume is called, counted from 1; one of no series after its file."""
        return f"{self.series or next(iter(self.images.values())).file.path}/{number}"

    def places(self) -> Iterator[tuple[str, tuple[str, int | None]]]:
        """The images that are in volumes, by id: in which, and at which slice of its lattice."""
        for number, volume in enumerate(self.volumes, 1):
            name, ids = self.name(number), volume.image_ids
            slices = volume.slice_indices
            if volume.dimensions[2] == 1:
                yield from ((image_id, (name, 0)) for image_id in ids)
            # A mosaic is one image, and all slices of its volume; without an affine there is none.
            elif slices is None or len(slices) != len(ids):
                yield from ((image_id, (name, None)) for image_id in ids)
            else:
                yield from (
                    (image_id, (name, slice)) for image_id, slice in zip(ids, slices, strict=True)
                )


class _Row(NamedTuple):
    volume: str
    series: str | None
    first: Image
    geometry: VolumeGeometryModule


def volumes_table(host: Host, series: Iterable[VolumesOfSeries], failures: Failures) -> pa.Table:
    """The rows of the volumes of some series, by VOLUMES_SCHEMA."""
    rows = [
        _Row(each.name(number), each.series, each.images[volume.image_ids[0]], volume)
        for each in series
        for number, volume in enumerate(each.volumes, 1)
        # What a plugin says of a series may name images that are not in the table.
        if volume.image_ids[0] in each.images
    ]
    return pa.Table.from_arrays(list(_arrays(host, rows, failures)), schema=VOLUMES_SCHEMA)


def _arrays(host: Host, rows: Sequence[_Row], failures: Failures) -> Iterator[pa.Array]:
    first = [row.first for row in rows]
    yield pa.array([row.volume for row in rows], pa.string())
    yield pa.array([row.series for row in rows], pa.string())
    yield pa.array([id_as_text(image.id) for image in first], pa.string())
    yield pa.array([image.file.path for image in first], pa.string())
    yield pa.array([len(row.geometry.image_ids) for row in rows], pa.int64())
    geometries = [row.geometry for row in rows]
    yield from columns_of_answers(_GEOMETRY, geometries, first, failures, nested=False)
    factors: Sequence[Any] = ()
    for asked in _OF_FIRST_IMAGE:
        answers = answers_of(host, asked.name, first, failures)
        if asked.name == SCALING:
            factors = answers
        yield from columns_of_answers(asked, answers, first, failures, nested=False)
    reasons = [
        _reason(host, row) if factor is None else None
        for row, factor in zip(rows, factors, strict=True)
    ]
    yield pa.array(reasons, _REASON.type)


def _reason(host: Host, row: _Row) -> str | None:
    """Why a volume of PET, or of dose, has no factors; None of any other."""
    if row.geometry.modality not in _SCALED:
        return None
    explanation = host.explain(SCALING, row.first.id)
    notes = [note for provider in explanation.rows for note in provider.notes]
    return "; ".join(dict.fromkeys(notes)) or None
