"""The PET series behind a source: what their factors are, and what these rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from metaprov_core import MetadataReadError
from metaprov_modules import INSTANCE, KINDS, SERIES_IMAGE_IDS, Note, json_name

from .scaled_series import scaled_series
from .settings import repairs_allowed
from .suv.dicom_time import readable_moment
from .suv.notes import Refusal
from .suv.values import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from metaprov_core import Host
    from metaprov_modules import ScalingModule

    from .scaled_series import ScaledSeries

__all__ = ["SeriesSummary", "series_summaries"]


class SeriesSummary(msgspec.Struct, frozen=True, rename="camel"):
    """One series of PET."""

    #: SeriesInstanceUID (0020,000E).
    series_instance_uid: str | None = msgspec.field(name="seriesInstanceUID")
    #: SeriesDescription (0008,103E).
    series_description: str | None
    #: The number of its PET images.
    images: int
    #: Manufacturer (0008,0070).
    manufacturer: str | None
    #: Units (0054,1001).
    units: str | None
    #: DecayCorrection (0054,1102).
    decay_correction: str | None
    #: Why there are no factors; None where there are some.
    reason: str | None
    #: The earliest time that decay is corrected to, ``YYYY-MM-DD HH:MM:SS``, or None.
    reference_time: str | None
    #: The rule that gave it.
    reference_rule: str | None
    #: The least and the greatest factor of each kind over the images, by JSON name.
    factors: dict[str, tuple[float, float]]
    #: Whether a value of the header was repaired.
    repaired: bool
    notes: tuple[Note, ...]


def series_summaries(
    host: Host,
    image_ids: Iterable[str],
    failed: Callable[[MetadataReadError], None] | None = None,
) -> Iterator[SeriesSummary]:
    """Each PET series that has one of the images; images of other modalities are passed over.

    A series has the images that its source knows; where that knows none, the given ones. An image
    that cannot be read is an error; with ``failed``, which is told of it, that image, or the series
    that it is in, is passed over.
    """
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
    for given in found.values():
        try:
            of_series = host.get(SERIES_IMAGE_IDS, given[0]) or given
            series = scaled_series(host, of_series, repairs=repairs_allowed())
            summary = _summary(host.require(INSTANCE, given[0]), series)
        except MetadataReadError as error:
            if failed is None:
                raise
            failed(error)
            continue
        yield summary


def _summary(instance: Mapping[str, Any], series: ScaledSeries) -> SeriesSummary:
    outcome, header = series.outcome, series.header
    refused = outcome if isinstance(outcome, Refusal) else None
    references = None if isinstance(outcome, Refusal) else outcome.references
    modules = () if isinstance(outcome, Refusal) else outcome.modules
    return SeriesSummary(
        series_instance_uid=text(instance.get("SeriesInstanceUID")),
        series_description=text(instance.get("SeriesDescription")),
        images=len(series.places),
        manufacturer=header.manufacturer,
        units=header.units,
        decay_correction=header.decay_correction,
        reason=None if refused is None else refused.sentence,
        reference_time=None if references is None else readable_moment(min(references.times)),
        reference_rule=None if references is None else references.rule,
        factors=_ranges(modules),
        # What was found on the way is the same for all images of a series.
        repaired=any(module.repaired for module in modules[:1]),
        notes=modules[0].notes if modules else (),
    )


def _ranges(modules: Sequence[ScalingModule]) -> dict[str, tuple[float, float]]:
    ranges = {}
    for kind in KINDS:
        factors = [factor for module in modules if (factor := getattr(module, kind)) is not None]
        if factors:
            ranges[json_name(kind)] = min(factors), max(factors)
    return ranges
