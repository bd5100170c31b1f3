"""The plugin: headers of the images on DICOMweb servers, their series, and finding them."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from metaprov_core import (
    CacheInfo,
    Host,
    ProviderCache,
    base_image_id,
    hookimpl,
    note,
    parse_image_id,
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
from metaprov_modules import FRAME_PIXEL_DATA

from .frame_pixels import fetch_frame, fetch_frame_of_object
from .headers.find import image_ids
from .headers.image import fetch_image, fetch_object
from .headers.prefetch import Ahead, Keeper, fetched_ahead, prefetch
from .headers.series import Series, fetch_series, places_found
from .headers.source import WrongHeaderError
from .server.errors import failed
from .server.servers import NOT_CONFIGURED
from .server.settings import as_here, configured_server, limits, listeners
from .server.urls import parse, without_secrets
from .services.wado_rs import image_url
from .services.wado_uri import object_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pydicom import Dataset, FileDataset

    from metaprov_modules import FramePixels

    from .headers.image import ImageHeader
    from .headers.series import ImagePlace
    from .server.servers import Server
    from .server.urls import Url
    from .services.wado_rs import ImageUrl, SeriesUrl

__all__ = ["DicomWeb"]

_WADO_RS: Final = "wadors"
_WADO_URI: Final = "wadouri"

#: How many series, each with the compressed headers of all its images.
SERIES_KEPT: Final = 100
#: How many headers of single images, ready to be asked.
IMAGES_KEPT: Final = 1_000
DATASETS_KEPT: Final = 100
#: Which part of the memory for all of them each may take.
_SHARES: Final[Mapping[str, float]] = {
    INSTANCE: 0.5,
    "series": 0.25,
    DATASET: 0.125,
    SERIES_IMAGE_IDS: 0.125,
}
#: What an element of a data set, and an image id, take besides their values and letters.
_BYTES_AN_ELEMENT: Final = 700
_BYTES_AN_ID: Final = 57


class DicomWeb:
    """Answers ``instance``, ``dataset``, ``seriesImageIds`` and ``framePixelData`` of servers.

    Only configured servers are asked: an image id may come from outside, and a server may be
    inside.
    """

    def __init__(self) -> None:
        self._ahead: Final = Ahead()
        self._host: Host | None = None
        self._forget_all()

    @hookimpl
    def attach(self, host: Host) -> None:
        self._host = host
        # By the limits of now.
        self._forget_all()
        listeners.add(self)

    def info(self) -> dict[str, CacheInfo]:
        """What is kept, by its kind, and how many bytes it takes, about.

        ``instance`` are headers as they are asked, ``series`` the compressed ones of whole series,
        ``dataset`` and ``seriesImageIds`` answers of these types. Together their bytes are
        ``cache_limit`` at most.
        """
        return {
            INSTANCE: self._images.info(),
            "series": self._series.info(),
            DATASET: self._datasets.info(),
            SERIES_IMAGE_IDS: self._series_ids.info(),
        }

    @hookimpl
    def detach(self) -> None:
        # The connections are the process's: other hosts may be using them.
        listeners.discard(self)

    @hookimpl(specname="get_metadata", types=[INSTANCE], schemes=[_WADO_RS, _WADO_URI])
    def get_instance(self, image_id: str) -> Instance | None:
        image = self._image_of(image_id, base_image_id(image_id))
        return None if image is None else _frame_of(image, image_id)

    @hookimpl(specname="get_metadata", types=[DATASET], schemes=[_WADO_RS, _WADO_URI])
    def get_dataset(self, image_id: str) -> Dataset | None:
        base = base_image_id(image_id)
        image = self._image_of(image_id, base)
        if image is None:
            return None
        # Raises for a frame that the image does not have.
        _frame_of(image, image_id)
        return copy_of_header(self._datasets.get(base, lambda _: image.read_dataset()))

    @hookimpl(specname="get_metadata", types=[SERIES_IMAGE_IDS], schemes=[_WADO_RS], scope="series")
    def get_series_image_ids(self, image_id: str) -> tuple[str, ...] | None:
        url = _image_url(image_id)
        # Raises for an image or a frame that the server does not have.
        if url is None or self.get_instance(image_id) is None:
            return None
        if url.series.image_id(url.uid) not in self._ids(url.series):
            # The image is newer than what is kept of its series.
            self._forget(url.series)
        return self._ids(url.series)

    @hookimpl(specname="get_metadata", types=[FRAME_PIXEL_DATA], schemes=[_WADO_RS])
    def get_frame_pixels(self, image_id: str) -> FramePixels | None:
        url = _image_url(image_id)
        image = None if url is None else self._image_of(image_id, base_image_id(image_id))
        if url is None or image is None:
            return None
        frame = frame_number(image.instance, image_id)
        return fetch_frame(url, frame, instance_of_frame(image.instance, frame))

    @hookimpl(specname="get_metadata", types=[FRAME_PIXEL_DATA], schemes=[_WADO_URI])
    def get_frame_pixels_of_object(self, image_id: str) -> FramePixels | None:
        url = _object_url(image_id)
        # Its header comes with its pixels.
        return None if url is None else fetch_frame_of_object(url, image_id)

    @hookimpl
    def find_images(self, source: str) -> Iterable[str] | None:
        is_of_series = source.lower().startswith(f"{_WADO_RS}:")
        text = source[len(_WADO_RS) + 1 :] if is_of_series else source
        if not text.lower().startswith(("http:", "https:")):
            return None
        try:
            url = parse(text).without_end_slash
        except ValueError as error:
            note(f"{without_secrets(text)}: {error}")
            return None
        if _server_of(url) is None:
            note(f"{without_secrets(text)}: {NOT_CONFIGURED}")
            return None
        return image_ids(url, self._places_anew)

    def _image_of(self, image_id: str, base: str) -> ImageHeader | None:
        image = self._images.get(base)
        if image is not None:
            return image
        # Not while it is loaded: whoever fetches it ahead would wait for that.
        ahead = self._ahead.of(image_id)
        if len(ahead) > 1:
            prefetch(ahead, self._keeper(), _nobody_counts)
        return self._images.get(base, self._image)

    @hookimpl
    def prefetch(self, type: str, image_ids: tuple[str, ...], done: Callable[[int], None]) -> None:
        # A data set is read from the image itself, once its header is there.
        if type in (INSTANCE, DATASET, SERIES_IMAGE_IDS):
            prefetch(image_ids, self._keeper(), done)

    def _keeper(self) -> Keeper:
        return Keeper(
            self._series_at,
            SERIES_KEPT,
            self._image_at,
            IMAGES_KEPT,
            int(_SHARES["series"] * limits().cache_limit),
        )

    @hookimpl
    def copy_settings(self) -> Callable[[], None]:
        return as_here()

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
            self._forget(url.series)

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        # Nothing is added here: what is cleared is asked for again.
        self.metadata_changed(type, image_id)

    def settings_changed(self) -> None:
        """Forget what the previous servers sent, and tell the host."""
        self._forget_all()
        if self._host is not None:
            self._host.changed(INSTANCE)

    def _image_at(self, base: str) -> ImageHeader | None:
        return self._images.get(base, self._image)

    def _image(self, base: str) -> ImageHeader | None:
        """The image that an id without frame names, if its server may be asked."""
        if parse_image_id(base).scheme == _WADO_URI:
            return _object(base)
        url = _image_url(base)
        return None if url is None else self._image_of_series(url, base)

    def _image_of_series(self, url: ImageUrl, base: str) -> ImageHeader:
        series = self._series_at(url.series)
        try:
            image = fetch_image(url, series)
            if image.source is not None:
                image.source.when_fetched = partial(self._images.resized, base)
            return image
        except WrongHeaderError:
            # A wrong answer is not kept: the next question asks the server again.
            self._forget(url.series)
            raise

    def _series_at(self, url: SeriesUrl) -> Series:
        def fetch(_key: str) -> Series:
            series = fetch_series(url)
            # What is not kept would be fetched for each of its images: they are asked for alone.
            is_kept = series.size <= _SHARES["series"] * limits().cache_limit
            return series if is_kept else Series((), series.places, series.remarks)

        return self._series.get(str(url.url), fetch)

    def _places_anew(
        self, series: Sequence[SeriesUrl]
    ) -> Iterator[tuple[SeriesUrl, Callable[[], Iterable[ImagePlace]]]]:
        # Images come and go. All are dropped before one is fetched, and nothing where nothing is
        # kept: a change keeps the loads that are under way, of other series too, from being kept.
        for url in series:
            if self._series.get(str(url.url)) is not None:
                self._forget(url)
        with closing(fetched_ahead(self._places, series)) as fetched:
            for url, places in fetched:
                yield url, partial(self._noted_places, url, places)

    def _noted_places(
        self, url: SeriesUrl, places: Callable[[], Iterable[ImagePlace]]
    ) -> Iterable[ImagePlace]:
        found = places()
        for remark in self._series_at(url).remarks:
            note(remark)
        return found

    def _places(self, url: SeriesUrl) -> Iterable[ImagePlace]:
        series = self._series_at(url)
        places = series.places or places_found(url)
        if not places and series.remarks:
            raise failed(url.url, f"{series.remarks[0]}; and a search finds none")
        return places

    def _ids(self, url: SeriesUrl) -> tuple[str, ...]:
        def ids(_key: str) -> tuple[str, ...]:
            return tuple(url.image_id(place.uid) for place in self._places(url))

        return self._series_ids.get(str(url.url), ids)

    def _forget_all(self) -> None:
        limit = limits().cache_limit
        # By the image id without frame.
        self._images: ProviderCache[ImageHeader] = ProviderCache(
            IMAGES_KEPT, maxbytes=int(_SHARES[INSTANCE] * limit), size_of=attrgetter("size")
        )
        self._datasets: ProviderCache[FileDataset] = ProviderCache(
            DATASETS_KEPT, maxbytes=int(_SHARES[DATASET] * limit), size_of=_size_of_dataset
        )
        # By the URL of the series.
        self._series: ProviderCache[Series] = ProviderCache(
            SERIES_KEPT, maxbytes=int(_SHARES["series"] * limit), size_of=attrgetter("size")
        )
        self._series_ids: ProviderCache[tuple[str, ...]] = ProviderCache(
            SERIES_KEPT, maxbytes=int(_SHARES[SERIES_IMAGE_IDS] * limit), size_of=_size_of_ids
        )

    def _forget(self, url: SeriesUrl) -> None:
        key = str(url.url)
        self._series.changed(key)
        self._series_ids.changed(key)


def _nobody_counts(_count: int) -> None:
    """Nobody waits for these images but the question that fetches them."""


def _size_of_dataset(dataset: Dataset) -> int:
    size = 0
    # As they were read: nothing is decoded here.
    for element in dataset.values():
        value = element.value
        size += _BYTES_AN_ELEMENT
        if isinstance(value, bytes):
            size += len(value)
        elif element.VR == "SQ":
            size += sum(map(_size_of_dataset, value or ()))
    return size


def _size_of_ids(image_ids: tuple[str, ...]) -> int:
    return sum(_BYTES_AN_ID + len(image_id) for image_id in image_ids)


def _frame_of(image: ImageHeader, image_id: str) -> Instance:
    for remark in image.remarks:
        note(remark)
    return instance_of_frame(image.instance, frame_number(image.instance, image_id))


def _image_url(image_id: str) -> ImageUrl | None:
    """The image that a ``wadors:`` id names, if its server may be asked."""
    url = image_url(image_id)
    if url is None:
        form = "wadors:http(s)://host/path/studies/UID/series/UID/instances/UID[?query][/frames/N]"
        note(f"this is not {form}{_reason(image_id)}")
        return None
    return url if _may_be_asked(url.url) else None


def _object(image_id: str) -> ImageHeader | None:
    """The image that a ``wadouri:`` id names, if its server may be asked."""
    url = _object_url(image_id)
    return None if url is None else fetch_object(url)


def _object_url(image_id: str) -> Url | None:
    """The URL of the file that a ``wadouri:`` id names, if its server may be asked."""
    url = object_url(image_id)
    if url is None:
        note(f"this is not wadouri:http(s)://host/path?query{_reason(image_id)}")
        return None
    return url if _may_be_asked(url) else None


def _reason(image_id: str) -> str:
    """Why the URL of an image id is refused, if it is."""
    try:
        parse(parse_image_id(image_id).base.partition(":")[2])
    except ValueError as error:
        return f": {error}"
    return ""


def _may_be_asked(url: Url) -> bool:
    if _server_of(url) is None:
        note(NOT_CONFIGURED)
        return False
    return True


def _server_of(url: Url) -> Server | None:
    """The configured server of a URL. Raises MetadataReadError for settings that are wrong."""
    try:
        return configured_server(url)
    except ValueError as error:
        raise failed(url, str(error)) from None
