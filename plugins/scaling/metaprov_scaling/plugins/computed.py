"""The provider that computes the factors of PET images, from headers of any source."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import Host, ProviderCache, base_image_id, hookimpl, note, note_origins
from metaprov_modules import (
    FRAME_IMAGE_IDS,
    INSTANCE,
    SCALING,
    SERIES_IMAGE_IDS,
    ImageIdsOfFolder,
    ScalingModule,
)
from metaprov_scaling.rt_dose import dose_scaling
from metaprov_scaling.scaled_series import ScaledSeries, scaled_series
from metaprov_scaling.settings import as_here, given_for, listeners, repairs_allowed
from metaprov_scaling.suv.headers.header import named
from metaprov_scaling.suv.headers.values import text
from metaprov_scaling.suv.notes import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metaprov_scaling.suv.given import Given

__all__ = ["ComputedScaling"]

#: How many answers and how many whole series are kept.
ANSWERS_KEPT: Final = 100_000
SERIES_KEPT: Final = 1_000
#: How many of the series whose images their source does not name, or not all: frames, which rest on
#: the same, are asked for one after the other.
UNNAMED_SERIES_KEPT: Final = 8
#: What factors rest on, besides what they are computed from.
_RESTS_ON: Final = (None, INSTANCE, SERIES_IMAGE_IDS, FRAME_IMAGE_IDS)

_NO_HEADER: Final = "no provider has the header of this image: none answers 'instance'"


class ComputedScaling:
    """Answers scalingModule for PET and RTDOSE images whose instance some provider has.

    The factors of a PET series are computed once, from all images that ``seriesImageIds`` names.
    """

    def __init__(self) -> None:
        self._answers: Final[ProviderCache[ScalingModule]] = ProviderCache(
            ANSWERS_KEPT, remember_misses=True, retrace=True
        )
        # By the first image id of the series: those that a source knows, and those of which only a
        # folder is known.
        self._series: Final[ProviderCache[ScaledSeries]] = ProviderCache(SERIES_KEPT)
        self._series_of_folders: Final[ProviderCache[ScaledSeries]] = ProviderCache(SERIES_KEPT)
        # By the id, without frame, of an image that is not in its series as the source names it.
        self._unnamed: Final[ProviderCache[ScaledSeries]] = ProviderCache(UNNAMED_SERIES_KEPT)

    @hookimpl
    def attach(self, host: Host) -> None:
        self._host = host
        listeners.add(self)

    @hookimpl
    def detach(self) -> None:
        listeners.discard(self)

    @hookimpl
    def copy_settings(self) -> Callable[[], None]:
        return as_here()

    @hookimpl(types=[SCALING], scope="series", trylast=True)
    def get_metadata(self, image_id: str) -> ScalingModule | None:
        return self._answers.get(image_id, self._derive)

    @hookimpl
    def metadata_changed(self, type: str | None) -> None:
        # The factors of an image rest on every image of its series.
        if type in _RESTS_ON:
            self._forget()

    @hookimpl
    def clear_metadata(self, type: str | None) -> None:
        if type in (*_RESTS_ON, SCALING):
            self._forget()

    def settings_changed(self) -> None:
        """Forget all factors, which would be others now, and tell the host."""
        self._forget()
        self._host.changed(SCALING)

    def _forget(self) -> None:
        for cache in (self._series, self._series_of_folders, self._unnamed, self._answers):
            cache.changed()

    def _derive(self, image_id: str) -> ScalingModule | None:
        instance: Any = self._host.get(INSTANCE, image_id)
        if instance is None:
            note(_NO_HEADER)
            return None
        if not isinstance(instance, Mapping):
            note(f"the instance is not a mapping by DICOM keyword: {instance.__class__.__name__}")
            return None
        match instance.get("Modality"):
            case "PT":
                answer = self._pet_scaling(image_id, instance)
            case "RTDOSE":
                note_origins(_origins_of_dose)
                answer = dose_scaling(instance)
            case modality:
                note(_not_scaled(text(modality)))
                return None
        if isinstance(answer, Refusal):
            note(answer.sentence)
            return None
        return answer

    def _pet_scaling(self, image_id: str, instance: Mapping[str, Any]) -> ScalingModule | Refusal:
        """The factors of a PET image from its series, or from itself where no other is known."""
        image_ids = self._host.get(SERIES_IMAGE_IDS, image_id, ())
        kind = ImageIdsOfFolder if isinstance(image_ids, ImageIdsOfFolder) else tuple
        image_ids = kind(image_ids)
        given = given_for(text(instance.get("SeriesInstanceUID")))
        if image_ids:

            def scale(_: str) -> ScaledSeries:
                return self._scale(image_ids, given)

            cache = self._series if kind is tuple else self._series_of_folders
            series = cache.get(image_ids[0], scale)
            if series.could_not_read(image_id):
                # Now it can be read: no factor of its series rests on it, and each should.
                self.settings_changed()
                series = cache.get(image_ids[0], scale)
            place = series.place_of(image_id, instance)
            if series.image_ids == image_ids and place is not None:
                return _at(series, place)
        with_image = kind((*image_ids, image_id))

        def scale_with_image(_: str) -> ScaledSeries:
            return self._scale(with_image, given)

        # Each frame of an image leads to all of them.
        series = self._unnamed.get(base_image_id(image_id), scale_with_image)
        place = series.place_of(image_id, instance)
        if place is None or series.image_ids[:-1] != image_ids:
            series = scale_with_image(image_id)
            place = series.place_of(image_id, instance)
        return _at(series, place)

    def _scale(self, image_ids: tuple[str, ...], given: Given | None) -> ScaledSeries:
        return scaled_series(self._host, image_ids, repairs=repairs_allowed(), given=given)


def _at(series: ScaledSeries, place: int | None) -> ScalingModule | Refusal:
    note_origins(_origins_of_pet, series, place)
    return series.at(place)


def _origins_of_pet(series: ScaledSeries, place: int | None) -> Mapping[str, Sequence[str]]:
    # Imported for those who ask.
    from metaprov_scaling.factor_origins import origins_of_factors

    return origins_of_factors(series, place)


def _origins_of_dose() -> Mapping[str, Sequence[str]]:
    from metaprov_scaling.factor_origins import DOSE_ORIGINS

    return DOSE_ORIGINS


# One object for all images of a modality, because it is remembered for each of them.
@lru_cache(maxsize=64)
def _not_scaled(modality: str | None) -> str:
    found = "missing" if modality is None else f"{modality[:40]}, not PT or RTDOSE"
    return f"{named('Modality')} is {found}"
