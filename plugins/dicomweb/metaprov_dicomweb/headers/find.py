"""Finding images: the URL of a series, of a study or of a search becomes image ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import with_frame
from metaprov_dicomweb.server.errors import failed
from metaprov_dicomweb.services.qido import search
from metaprov_dicomweb.services.wado_rs import SeriesUrl, is_uid, series_url, study_of

from .series import in_order, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metaprov_dicomweb.server.urls import Url
    from metaprov_dicomweb.services.dicom_json import Found

    from .series import ImagePlace

__all__ = ["image_ids", "places_found"]

#: Who knows the images of a series, in order.
PlacesIn = Callable[[SeriesUrl], Iterable["ImagePlace"]]

_OF_SERIES: Final = ("0020000D", "0020000E", "00200011")
_OF_IMAGES: Final = ("0020000D", "0020000E", "00080018", "00200013", "00280008")
_NO_NUMBER: Final = float("inf")


class Search(NamedTuple):
    """A QIDO search: on which service, within what, and for what."""

    url: Url
    root: Url
    study: str | None
    series: str | None
    #: "studies", "series" or "instances".
    level: str


def image_ids(url: Url, places: PlacesIn) -> Iterator[str]:
    """The ids of the images that a URL means, series by series, one for each frame.

    The images of a series come by InstanceNumber, then SOPInstanceUID; the series of a study by
    SeriesNumber, then UID. Raises MetadataReadError for a URL that means no images.
    """
    series = None if url.query else series_url(url)
    if series is not None:
        return _of_series([series], places)
    study = None if url.query else study_of(url)
    if study is not None:
        url = url._replace(path=(*url.path, "series"))
    search = _search_of(url)
    if search is None:
        raise failed(
            url,
            "this is neither a series, .../studies/UID/series/UID, nor a study, .../studies/UID, "
            "nor a search, .../studies?PatientID=ID",
        )
    return _SEARCHES[search.level](search, places)


def places_found(series: SeriesUrl) -> list[ImagePlace]:
    """The images of a series, in order, by a search."""
    url = series.url._replace(path=(*series.url.path, "instances"))
    places = map(place_of, search(url, *_OF_IMAGES))
    return in_order(place for place in places if place is not None)


def _search_of(url: Url) -> Search | None:
    level = url.path[-1] if url.path else ""
    if level not in _SEARCHES:
        if not url.query:
            return None
        # A query of the service itself.
        level, url = "studies", url._replace(path=(*url.path, "studies"))
    root, study, series = url.path[:-1], None, None
    if level == "instances" and root[-2:-1] == ("series",):
        root, series = root[:-2], root[-1]
    if level != "studies" and root[-2:-1] == ("studies",):
        root, study = root[:-2], root[-1]
    if not all(is_uid(uid) for uid in (study, series) if uid is not None):
        return None
    return Search(url, url._replace(path=root, query=""), study, series, level)


def _of_studies(found: Search, places: PlacesIn) -> Iterator[str]:
    for each in search(found.url):
        study = each.study.text
        if study is not None and is_uid(study):
            path = (*found.root.path, "studies", study, "series")
            url = found.root._replace(path=path)
            yield from _of_searched_series(Search(url, found.root, study, None, "series"), places)


def _of_searched_series(found: Search, places: PlacesIn) -> Iterator[str]:
    series = []
    for each in search(found.url, *_OF_SERIES):
        url = _series_in(each, found)
        if url is not None:
            number = each.series_number.number
            series.append((_NO_NUMBER if number is None else number, url.series, url))
    yield from _of_series([url for _, _, url in sorted(set(series))], places)


def _of_searched_images(found: Search, _places: PlacesIn) -> Iterator[str]:
    by_series: dict[SeriesUrl, list[ImagePlace]] = {}
    for each in search(found.url, *_OF_IMAGES):
        url, place = _series_in(each, found), place_of(each)
        if url is not None and place is not None:
            by_series.setdefault(url, []).append(place)
    for url in sorted(by_series):
        yield from _ids(url, in_order(by_series[url]))


_SEARCHES: Final = {
    "studies": _of_studies,
    "series": _of_searched_series,
    "instances": _of_searched_images,
}


def _series_in(each: Found, search: Search) -> SeriesUrl | None:
    """The series that something found is in, or is."""
    study, series = each.study.text or search.study, each.series.text or search.series
    if study is None or series is None or not is_uid(study) or not is_uid(series):
        return None
    return SeriesUrl(search.root, study, series)


def _of_series(series: Iterable[SeriesUrl], places: PlacesIn) -> Iterator[str]:
    for url in series:
        yield from _ids(url, places(url))


def _ids(url: SeriesUrl, places: Iterable[ImagePlace]) -> Iterator[str]:
    for place in places:
        image_id = url.image_id(place.uid)
        if place.frames is None or place.frames <= 1:
            yield image_id
        else:
            yield from (with_frame(image_id, frame) for frame in range(1, place.frames + 1))
