"""The plugin: instances of the images on DICOMweb servers, their series, and finding them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import (
    Host,
    MetadataNotFoundError,
    MetadataReadError,
    ProviderCache,
    base_image_id,
    hookimpl,
    note,
)
from metaprov_dicom import (
    DATASET,
    INSTANCE,
    SERIES_IMAGE_IDS,
    Instance,
    copy_of_header,
    frame_number,
    instance_of_frame,
)

from .headers.find import image_ids, places_found
from .headers.missing_parts import is_garbled
from .headers.series import fetch_header, fetch_series
from .headers.source import HeaderSource
from .server.errors import failed
from .server.servers import NOT_CONFIGURED
from .server.settings import configured_server, listen
from .server.urls import parsed, without_secrets
from .services.part10 import AS_STORED, OBJECT, read_dataset, read_header
from .services.wado_rs import image_url, series_url
from .services.wado_uri import object_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydicom import Dataset, FileDataset

    from .headers.series import ImagePlace, Series
    from .server.urls import Url
    from .services.wado_rs import ImageUrl, SeriesUrl

__all__ = ["DicomWeb"]

_WADO_RS: Final = "wadors"
_WADO_URI: Final = "wadouri"

#: How many series' metadata are kept, compactly, and how many headers that are being asked for.
SERIES_KEPT: Final = 100
IMAGES_KEPT: Final = 1_000
DATASETS_KEPT: Final = 100

_GARBLED: Final = (
    "the server's metadata garble ISO_IR 13: the header was read from the image itself"
)


class Image(NamedTuple):
    """The header of an image, and what there is to say of how it was had."""

    instance: Instance
    remarks: Sequence[str] = ()


class DicomWeb:
    """Answers ``instance``, ``dataset`` and ``seriesImageIds`` for the ids of servers' images.

    Only configured servers are asked: an id from outside must not reach what is inside.
    """

    def __init__(self) -> None:
        # By the image id without frame.
        self._images: Final[ProviderCache[Image]] = ProviderCache(IMAGES_KEPT)
        self._datasets: Final[ProviderCache[FileDataset]] = ProviderCache(DATASETS_KEPT)
        # By the URL of the series.
        self._series: Final[ProviderCache[Series]] = ProviderCache(SERIES_KEPT)
        self._series_ids: Final[ProviderCache[tuple[str, ...]]] = ProviderCache(SERIES_KEPT)
        self._host: Host | None = None
        listen(self)

    @hookimpl
    def attach(self, host: Host) -> None:
        self._host = host

    @hookimpl(specname="get_metadata", types=[INSTANCE], schemes=[_WADO_RS])
    def get_instance(self, image_id: str) -> Instance | None:
        return _frame_of(self._images.get(base_image_id(image_id), self._image), image_id)

    @hookimpl(specname="get_metadata", types=[INSTANCE], schemes=[_WADO_URI])
    def get_object(self, image_id: str) -> Instance | None:
        return _frame_of(self._images.get(base_image_id(image_id), _object), image_id)

    @hookimpl(specname="get_metadata", types=[DATASET], schemes=[_WADO_RS])
    def get_dataset(self, image_id: str) -> Dataset | None:
        # Where there is no such image, or no such frame of it, this raises.
        if self.get_instance(image_id) is None:
            return None
        return copy_of_header(self._datasets.get(base_image_id(image_id), _dataset))

    @hookimpl(specname="get_metadata", types=[DATASET], schemes=[_WADO_URI])
    def get_dataset_of_object(self, image_id: str) -> Dataset | None:
        if self.get_object(image_id) is None:
            return None
        return copy_of_header(self._datasets.get(base_image_id(image_id), _dataset))

    @hookimpl(specname="get_metadata", types=[SERIES_IMAGE_IDS], schemes=[_WADO_RS])
    def get_series_image_ids(self, image_id: str) -> tuple[str, ...] | None:
        url = _image_url(image_id)
        # Where there is no such image, or no such frame of it, this raises.
        if url is None or self.get_instance(image_id) is None:
            return None
        key = str(url.series.url)
        if url.series.image_id(url.uid) not in self._series_ids.get(key, self._ids):
            # The image is newer than what is remembered of its series.
            self._forget(key)
        return self._series_ids.get(key, self._ids)

    @hookimpl(trylast=True)
    def find_images(self, source: str) -> Iterable[str] | None:
        text = source.removeprefix(f"{_WADO_RS}:")
        if not text.lower().startswith(("http:", "https:")):
            return None
        url = parsed(text)
        if url is None or not _may_be_asked(url):
            # Nobody else finds them, for this is asked last.
            shown = without_secrets(text)
            raise MetadataNotFoundError(f"cannot find images in {shown}: {NOT_CONFIGURED}")
        return image_ids(url, self._places_anew)

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        if type not in (None, INSTANCE, DATASET, SERIES_IMAGE_IDS):
            return
        self._images.changed(image_id)
        self._datasets.changed(image_id)
        if image_id is None:
            self._series.changed()
            self._series_ids.changed()
        elif (url := image_url(image_id)) is not None:
            self._forget(str(url.series.url))

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        # Nothing is added here: what is cleared is asked for again.
        self.metadata_changed(type, image_id)

    def settings_changed(self) -> None:
        """Forget what servers said that may not be asked any more, and let all others do so."""
        self.metadata_changed(None, None)
        if self._host is not None:
            self._host.changed(INSTANCE)

    def _image(self, base: str) -> Image | None:
        url = _image_url(base)
        if url is None:
            return None
        key = str(url.series.url)
        series = self._series.get(key, _series)
        header = series.header(url.uid)
        source = HeaderSource(url, None if header is None else series)
        if header is None:
            # It is newer than what is kept of its series.
            header = fetch_header(url)
        if is_garbled(header):
            return Image(read_header(url.url, AS_STORED), [_GARBLED])
        try:
            return Image(source.instance(header), source.remarks)
        except MetadataReadError:
            # What is wrong is not kept: the next question asks the server again.
            self._forget(key)
            raise

    def _places_anew(self, series: SeriesUrl) -> Iterable[ImagePlace]:
        # Images come and go. A change that is none would keep others from keeping what they load.
        key = str(series.url)
        if self._series.get(key) is not None:
            self._forget(key)
        return self._places(key)

    def _places(self, key: str) -> Iterable[ImagePlace]:
        places = self._series.get(key, _series).places
        return places or places_found(_series_url(key))

    def _ids(self, key: str) -> tuple[str, ...]:
        url = _series_url(key)
        return tuple(url.image_id(place.uid) for place in self._places(key))

    def _forget(self, key: str) -> None:
        self._series.changed(key)
        self._series_ids.changed(key)


def _frame_of(image: Image | None, image_id: str) -> Instance | None:
    if image is None:
        return None
    for remark in image.remarks:
        note(remark)
    return instance_of_frame(image.instance, frame_number(image.instance, image_id))


def _image_url(image_id: str) -> ImageUrl | None:
    """The image that a ``wadors:`` id names, if its server may be asked."""
    url = image_url(image_id)
    if url is None:
        note("this is not wadors:http(s)://host/path/studies/UID/series/UID/instances/UID")
        return None
    return url if _may_be_asked(url.url) else None


def _object(base: str) -> Image | None:
    url = object_url(base)
    if url is None:
        note("this is not wadouri:http(s)://host/path?query")
        return None
    return Image(read_header(url, OBJECT)) if _may_be_asked(url) else None


def _dataset(base: str) -> FileDataset:
    image = image_url(base)
    if image is not None:
        return read_dataset(image.url, AS_STORED)
    url = object_url(base)
    assert url is not None  # noqa: S101 - it has an instance
    return read_dataset(url, OBJECT)


def _may_be_asked(url: Url) -> bool:
    try:
        if configured_server(url) is not None:
            return True
    except ValueError as error:
        raise failed(url, str(error)) from None
    note(NOT_CONFIGURED)
    return False


def _series(key: str) -> Series:
    return fetch_series(_series_url(key))


def _series_url(key: str) -> SeriesUrl:
    url = parsed(key)
    series = None if url is None else series_url(url)
    assert series is not None  # noqa: S101 - keys are made of the URLs of series
    return series
