"""The plugin that says what a series is in space, from the planes of any source."""

from __future__ import annotations

from typing import Final

from metaprov_core import (
    Host,
    ProviderCache,
    base_image_id,
    collect_notes,
    hookimpl,
    note,
    parse_image_id,
    with_frame,
)
from metaprov_modules import (
    FRAME_IMAGE_IDS,
    GENERAL_SERIES,
    IMAGE_PIXEL,
    IMAGE_PLANE,
    INSTANCE,
    MODALITY_LUT,
    SERIES_IMAGE_IDS,
    SERIES_VOLUMES,
    VOLUME_GEOMETRY,
    VolumeGeometryModule,
)

from .series_volumes import SeriesVolumes, series_volumes

__all__ = ["Volumes"]

#: How many series are kept, and how many of those that do not have the image that led to them.
SERIES_KEPT: Final = 1_000
UNNAMED_SERIES_KEPT: Final = 8
#: What volumes rest on.
_RESTS_ON: Final = (
    None,
    FRAME_IMAGE_IDS,
    GENERAL_SERIES,
    IMAGE_PIXEL,
    IMAGE_PLANE,
    INSTANCE,
    MODALITY_LUT,
    SERIES_IMAGE_IDS,
)


class Volumes:
    """Answers ``seriesVolumes`` and ``volumeGeometryModule`` wherever some provider has the planes.

    The volumes of a series are found once, from all images that ``seriesImageIds`` names.
    """

    def __init__(self) -> None:
        # By the first image id of the series.
        self._series: Final = ProviderCache[_Series](SERIES_KEPT)
        # By the id of an image that is not in its series as the source names it.
        self._unnamed: Final = ProviderCache[_Series](UNNAMED_SERIES_KEPT)

    @hookimpl
    def attach(self, host: Host) -> None:
        self._host = host

    @hookimpl(specname="get_metadata", types=[SERIES_VOLUMES], scope="series", trylast=True)
    def get_series_volumes(self, image_id: str) -> tuple[VolumeGeometryModule, ...] | None:
        series = self._of(image_id)
        if not series.volumes:
            series.say_why()
            return None
        return series.volumes

    @hookimpl(specname="get_metadata", types=[VOLUME_GEOMETRY], scope="series", trylast=True)
    def get_volume_geometry(self, image_id: str) -> VolumeGeometryModule | None:
        series = self._of(image_id)
        volume = series.volume_of(image_id)
        if volume is None:
            series.say_why()
        return volume

    @hookimpl
    def metadata_changed(self, type: str | None) -> None:
        # The volumes of a series rest on each of its images.
        if type in _RESTS_ON:
            self._forget()

    @hookimpl
    def clear_metadata(self, type: str | None) -> None:
        if type in (*_RESTS_ON, SERIES_VOLUMES, VOLUME_GEOMETRY):
            self._forget()

    def _forget(self) -> None:
        self._series.changed()
        self._unnamed.changed()

    def _of(self, image_id: str) -> _Series:
        # What was noted when its folder was searched may be of images of other series.
        image_ids = tuple(collect_notes([], self._host.get, SERIES_IMAGE_IDS, image_id, ()))
        if image_ids:
            series = self._kept(self._series, image_ids[0], image_ids)
            if series.has(image_id):
                return self._with(image_id, series)
        return self._with(image_id, self._kept(self._unnamed, image_id, (*image_ids, image_id)))

    def _kept(self, cache: ProviderCache[_Series], key: str, image_ids: tuple[str, ...]) -> _Series:
        series = cache.get(key, lambda _: self._find(image_ids))
        # Two series may begin with one image.
        return series if series.image_ids == image_ids else self._find(image_ids)

    def _with(self, image_id: str, series: _Series) -> _Series:
        """The series, in which an image is looked for that could not be read."""
        if not series.could_not_read(image_id):
            return series
        self._host.get(INSTANCE, image_id)
        # Now it can be read, and each volume of its series should rest on it.
        self._forget()
        self._host.changed(SERIES_VOLUMES)
        return self._find(series.image_ids)

    def _find(self, image_ids: tuple[str, ...]) -> _Series:
        return _Series(series_volumes(self._host, image_ids))


class _Series:
    """The volumes of a series, by image."""

    __slots__ = ("_found", "_ids", "_places")

    def __init__(self, found: SeriesVolumes) -> None:
        self._found: Final = found
        self._ids: Final = frozenset(found.image_ids)
        self._places: Final = {
            image_id: place
            for place, volume in enumerate(found.volumes)
            for image_id in volume.image_ids
        }

    @property
    def image_ids(self) -> tuple[str, ...]:
        return self._found.image_ids

    @property
    def volumes(self) -> tuple[VolumeGeometryModule, ...]:
        return self._found.volumes

    def has(self, image_id: str) -> bool:
        """Whether an image is one of those that were looked at."""
        return image_id in self._ids or any(
            other in self._ids for other in _other_spellings(image_id)
        )

    def could_not_read(self, image_id: str) -> bool:
        """Whether no volume rests on an image, because it could not be read."""
        unreadable = self._found.unreadable
        return bool(unreadable) and any(
            each in unreadable for each in (image_id, *_other_spellings(image_id))
        )

    def volume_of(self, image_id: str) -> VolumeGeometryModule | None:
        place = self._places.get(image_id)
        if place is None:
            others = map(self._places.get, _other_spellings(image_id))
            place = next((each for each in others if each is not None), None)
        return None if place is None else self.volumes[place]

    def say_why(self) -> None:
        """Note why images are in no volume."""
        for reason in self._found.reasons():
            note(reason)


def _other_spellings(image_id: str) -> tuple[str, ...]:
    """How sources spell an image: without frame, or the first frame where none is named."""
    base = base_image_id(image_id)
    frame = parse_image_id(image_id).frame
    return (base, with_frame(base, frame or 1))
