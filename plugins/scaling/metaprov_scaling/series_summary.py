"""The PET series behind a source: what their factors are, and what these rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from metaprov_core import MetadataReadError
from metaprov_modules import INSTANCE, KINDS, SERIES_IMAGE_IDS, Note, ScalingModule, json_name

from .scaled_series import scaled_series
from .series_inputs import SeriesInputs, inputs_of, shared
from .settings import given_for, repairs_allowed
from .suv.dicom_time import date_of, readable_moment
from .suv.headers.sop_classes import may_be_pet
from .suv.headers.values import number, text
from .suv.notes import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from metaprov_core import Host

    from .scaled_series import ScaledSeries
    from .suv.given import Given

__all__ = ["ImageFactors", "SeriesSummary", "series_summaries"]


class ImageFactors(msgspec.Struct, frozen=True, rename="camel"):
    """One image of a series."""

    image_id: str
    #: Its factor of each kind, by JSON name.
    factors: dict[str, float]
    #: Why it has none; None where it has some.
    reason: str | None


class SeriesSummary(msgspec.Struct, frozen=True, rename="camel"):
    """One series of PET."""

    #: PatientID (0010,0020).
    patient_id: str | None = msgspec.field(name="patientID")
    #: StudyInstanceUID (0020,000D).
    study_instance_uid: str | None = msgspec.field(name="studyInstanceUID")
    #: StudyDate (0008,0020), ``YYYY-MM-DD``; as written where it is no date.
    study_date: str | None
    #: SeriesNumber (0020,0011).
    series_number: int | None
    #: SeriesInstanceUID (0020,000E).
    series_instance_uid: str | None = msgspec.field(name="seriesInstanceUID")
    #: SeriesDescription (0008,103E).
    series_description: str | None
    #: The first of its images that was found; that of a file has its path.
    image_id: str
    #: The number of its PET images.
    images: int
    #: Manufacturer (0008,0070).
    manufacturer: str | None
    #: Units (0054,1001).
    units: str | None
    #: DecayCorrection (0054,1102).
    decay_correction: str | None
    #: What the factors were computed from; where there are none, what all headers have.
    inputs: SeriesInputs
    #: Why there are no factors; None where there are some.
    reason: str | None
    #: The earliest time that decay is corrected to, ``YYYY-MM-DD HH:MM:SS``, or None.
    reference_time: str | None
    #: The rule that gave it.
    reference_rule: str | None
    #: The least and the greatest factor of each kind over the images, by JSON name.
    factors: dict[str, tuple[float, float]]
    #: The factors of each image.
    image_factors: tuple[ImageFactors, ...]
    #: Whether a value of the header was repaired.
    repaired: bool
    notes: tuple[Note, ...]


def series_summaries(
    host: Host,
    image_ids: Iterable[str],
    failed: Callable[[MetadataReadError], None] | None = None,
    *,
    given: Given | None = None,
) -> Iterator[SeriesSummary]:
    """Each PET series that has one of the images; images of other modalities are passed over.

    A series has the images that its source knows; where that knows none, the given ones. An image
    that cannot be read is an error; with ``failed``, which is told of it, that image, or the series
    that it is in, is passed over. ``given`` are the values of every series that are known besides
    its headers, in place of those of `metaprov_scaling.configure`.
    """
    if failed is not None:
        failed = _once(failed)
    found: dict[Any, list[str]] = {}
    for image_id in image_ids:
        try:
            instance: Any = host.get(INSTANCE, image_id)
        except MetadataReadError as error:
            if failed is None:
                raise
            failed(error)
            continue
        if isinstance(instance, Mapping) and instance.get("Modality") == "PT":
            # An image without a series is one by itself.
            found.setdefault(instance.get("SeriesInstanceUID") or (image_id,), []).append(image_id)
    for of_source in found.values():
        try:
            summary = _summary(host, of_source, given, failed)
        except MetadataReadError as error:
            if failed is None:
                raise
            failed(error)
            continue
        yield summary


def _once(failed: Callable[[MetadataReadError], None]) -> Callable[[MetadataReadError], None]:
    """What tells of each failure once."""
    told: set[str] = set()

    def tell(error: MetadataReadError) -> None:
        if str(error) not in told:
            told.add(str(error))
            failed(error)

    return tell


def _summary(
    host: Host,
    found: Sequence[str],
    given: Given | None,
    failed: Callable[[MetadataReadError], None] | None,
) -> SeriesSummary:
    instances = [(image_id, host.require(INSTANCE, image_id)) for image_id in found]
    # A secondary capture of a series may come first.
    image_id, instance = next(filter(_is_pet, instances), instances[0])
    uid = text(instance.get("SeriesInstanceUID"))
    given = given_for(uid) if given is None else given
    of_series = host.get(SERIES_IMAGE_IDS, image_id) or found
    series = scaled_series(host, of_series, repairs=repairs_allowed(), given=given)
    if failed is not None:
        for error in series.unreadable.values():
            failed(error)
    outcome, headers = series.outcome, series.headers
    inputs, notes = inputs_of(outcome, headers, given)
    refused = outcome if isinstance(outcome, Refusal) else None
    references = None if isinstance(outcome, Refusal) else outcome.references
    by_image = list(_by_image(series))
    # What was found on the way is the same for all images of a series that have factors.
    modules = () if isinstance(outcome, Refusal) else outcome.modules
    module = next((each for each in modules if isinstance(each, ScalingModule)), None)
    study_date, series_number = (
        text(instance.get("StudyDate")),
        number(instance.get("SeriesNumber")),
    )
    return SeriesSummary(
        patient_id=text(instance.get("PatientID")),
        study_instance_uid=text(instance.get("StudyInstanceUID")),
        study_date=_readable_date(study_date),
        series_number=None if series_number is None else int(series_number),
        series_instance_uid=uid,
        series_description=text(instance.get("SeriesDescription")),
        image_id=image_id,
        images=len(headers),
        manufacturer=shared(header.manufacturer for header in headers),
        units=shared(header.units for header in headers),
        decay_correction=shared(header.decay_correction for header in headers),
        inputs=inputs,
        reason=None if refused is None else refused.sentence,
        reference_time=None if references is None else readable_moment(min(references.times)),
        reference_rule=None if references is None else references.rule,
        factors=_ranges(by_image),
        image_factors=tuple(by_image),
        repaired=module is not None and module.repaired,
        notes=notes if module is None else module.notes,
    )


def _is_pet(image: tuple[str, Mapping[str, Any]]) -> bool:
    return may_be_pet(text(image[1].get("SOPClassUID")))


def _by_image(series: ScaledSeries) -> Iterator[ImageFactors]:
    for image_id, outcome in series.outcomes():
        if isinstance(outcome, Refusal):
            yield ImageFactors(image_id, {}, outcome.sentence)
        else:
            factors = {json_name(kind): getattr(outcome, kind) for kind in KINDS}
            known = {kind: factor for kind, factor in factors.items() if factor is not None}
            yield ImageFactors(image_id, known, None)


def _ranges(images: Sequence[ImageFactors]) -> dict[str, tuple[float, float]]:
    ranges = {}
    for kind in map(json_name, KINDS):
        factors = [image.factors[kind] for image in images if kind in image.factors]
        if factors:
            ranges[kind] = min(factors), max(factors)
    return ranges


def _readable_date(date: str | None) -> str | None:
    day = None if date is None else date_of(date)
    return date if day is None else readable_moment(day).partition(" ")[0]
