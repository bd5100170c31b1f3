"""Finding images: the ids behind the URL of a series, of a study or of a search."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import with_frame
from metaprov_dicomweb.server.errors import failed
from metaprov_dicomweb.services.qido import search, without_search
from metaprov_dicomweb.services.wado_rs import SeriesUrl, is_uid, series_url, study_of

from .series import OF_IMAGES, in_order, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metaprov_dicomweb.server.urls import Url
    from metaprov_dicomweb.services.dicom_json import QidoMatch

    from .series import ImagePlace

__all__ = ["image_ids"]

#: Each of some series, with a function that returns its images, in order.
PlacesIn = Callable[
    [Sequence[SeriesUrl]], Iterable[tuple[SeriesUrl, Callable[[], Iterable["ImagePlace"]]]]
]

_OF_SERIES: Final = ("0020000D", "0020000E", "00200011")
_NO_NUMBER: Final = float("inf")
#: The largest images of slides have some hundred thousand tiles.
_MOST_FRAMES: Final = 1_000_000

_log: Final = logging.getLogger("metaprov_dicomweb")


class Query(NamedTuple):
    """A query by QIDO-RS, and what its URL says."""

    url: Url
    #: The root of the DICOMweb service, with what the query has besides the search.
    root: Url
    #: The study and the series to search in; None for all.
    study: str | None
    series: str | None
    #: What to search for: "studies", "series" or "instances".
    level: str


def image_ids(url: Url, places: PlacesIn) -> Iterator[str]:
    """The ids of the images behind a URL, series by series, one for each frame.

    The images of a series are in the order of the series; the series of a study are by
    SeriesNumber, then UID. Raises MetadataReadError for a URL of anything else.
    """
    resource = url._replace(query=without_search(url.query))
    series = series_url(resource)
    if series is not None:
        return _of_series([series], places)
    if study_of(resource) is not None:
        url = url._replace(path=(*url.path, "series"))
    query = _query_of(url)
    if query is None:
        raise failed(
            url,
            "this is neither a series, .../studies/UID/series/UID, nor a study, .../studies/UID, "
            "nor a search, .../studies?PatientID=ID",
        )
    return _IDS_BY_LEVEL[query.level](query, places)


def _query_of(url: Url) -> Query | None:
    level = url.path[-1] if url.path else ""
    if level not in _IDS_BY_LEVEL:
        if not url.query:
            return None
        # At the root, a query is for studies.
        level, url = "studies", url._replace(path=(*url.path, "studies"))
    root, study, series = url.path[:-1], None, None
    if level == "instances" and root[-2:-1] == ("series",):
        root, series = root[:-2], root[-1]
    if level != "studies" and root[-2:-1] == ("studies",):
        root, study = root[:-2], root[-1]
    if not all(is_uid(uid) for uid in (study, series) if uid is not None):
        return None
    query = without_search(url.query)
    return Query(url, url._replace(path=root, query=query), study, series, level)


def _of_studies(query: Query, places: PlacesIn) -> Iterator[str]:
    for match in search(query.url):
        study = match.study.text
        if study is not None and is_uid(study):
            url = query.root._replace(path=(*query.root.path, "studies", study, "series"))
            yield from _of_searched_series(Query(url, query.root, study, None, "series"), places)


def _of_searched_series(query: Query, places: PlacesIn) -> Iterator[str]:
    series = []
    for match in search(query.url, *_OF_SERIES):
        url = _series_of(match, query)
        if url is not None:
            number = match.series_number.number
            series.append((_NO_NUMBER if number is None else number, url.series, url))
    yield from _of_series([url for _, _, url in sorted(set(series))], places)


def _of_searched_images(query: Query, _places: PlacesIn) -> Iterator[str]:
    by_series: dict[SeriesUrl, list[ImagePlace]] = {}
    for match in search(query.url, *OF_IMAGES):
        url, place = _series_of(match, query), place_of(match)
        if url is not None and place is not None:
            by_series.setdefault(url, []).append(place)
    for url in sorted(by_series):
        yield from _ids(url, in_order(by_series[url]))


_IDS_BY_LEVEL: Final = {
    "studies": _of_studies,
    "series": _of_searched_series,
    "instances": _of_searched_images,
}


def _series_of(match: QidoMatch, query: Query) -> SeriesUrl | None:
    """The series that a match is, or is in; some servers leave out the UIDs of the query."""
    study, series = match.study.text or query.study, match.series.text or query.series
    if study is None or series is None or not is_uid(study) or not is_uid(series):
        return None
    return SeriesUrl(query.root, study, series)


def _of_series(series: Sequence[SeriesUrl], places: PlacesIn) -> Iterator[str]:
    for url, places_of_it in places(series):
        yield from _ids(url, places_of_it())


def _ids(url: SeriesUrl, places: Iterable[ImagePlace]) -> Iterator[str]:
    for place in places:
        image_id = url.image_id(place.uid)
        if place.frames is None or place.frames <= 1:
            yield image_id
        elif place.frames > _MOST_FRAMES:
            # No image has so many. The id without a frame names the image all the same.
            image = url.image(place.uid).url
            _log.warning("%s: its %d frames are not listed", image, place.frames)
            yield image_id
        else:
            yield from (with_frame(image_id, frame) for frame in range(1, place.frames + 1))
