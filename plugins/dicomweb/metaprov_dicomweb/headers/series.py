"""The metadata of a series, fetched in one request and kept compressed."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import MetadataReadError
from metaprov_dicom import series_order
from metaprov_dicomweb.http.requests import read
from metaprov_dicomweb.server.errors import AnswerTooLargeError, StatusError, failed
from metaprov_dicomweb.server.settings import limits
from metaprov_dicomweb.services.dicom_json import ACCEPT, images_in
from metaprov_dicomweb.services.qido import search
from metaprov_dicomweb.services.wado_rs import is_uid

from .missing_parts import Completeness

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metaprov_dicomweb.http.requests import Answer
    from metaprov_dicomweb.services.dicom_json import Image, QidoMatch
    from metaprov_dicomweb.services.wado_rs import ImageUrl, SeriesUrl

__all__ = [
    "OF_IMAGES",
    "UNAVAILABLE",
    "ImagePlace",
    "Series",
    "fetch_header",
    "fetch_series",
    "in_order",
    "place_of",
    "places_found",
]

#: Statuses of a server that does not have this, or not in the form that was asked for.
UNAVAILABLE: Final = frozenset({400, 404, 405, 406, 410, 415, 501})
_PARTIAL: Final = 206
_MOST_PARTS: Final = 1_000

#: What a search for images is to tell of each.
OF_IMAGES: Final = ("0020000D", "0020000E", "00080018", "00200013", "00280008")

_NO_METADATA: Final = "there are no metadata of the series, and each image is asked for by itself"
_WITHOUT_UID: Final = (
    "the metadata of the series have {} without a SOPInstanceUID (0008,0018), set aside"
)
_IN_PARTS: Final = "the server gave a part of the metadata of the series (206 Partial Content)"


#: What an image takes besides its header: its place, its UID, its share of the dictionary.
_BYTES_AN_IMAGE: Final = 500


class ImagePlace(NamedTuple):
    """The UID of an image, and its place in the series."""

    #: SOPInstanceUID.
    uid: str
    #: InstanceNumber.
    number: int | None
    #: NumberOfFrames.
    frames: int | None


class Series:
    """The headers of the images of a series, as the server sent them.

    Each is compressed with the first one as its dictionary: they are nearly the same.
    """

    __slots__ = ("_common", "_headers", "completeness", "empty", "places", "remarks", "size")

    def __init__(
        self,
        images: Iterable[Image],
        others: Iterable[ImagePlace] = (),
        remarks: Iterable[str] = (),
    ) -> None:
        """``others`` are images of the series whose headers did not come."""
        self._common = b""
        self._headers: Final[dict[str, bytes]] = {}
        places = list(others)
        unusable = 0
        for match, json in images:
            place = place_of(match)
            if place is None:
                unusable += 1
            else:
                self._common = self._common or json
                self._headers[place.uid] = _compressed(json, self._common)
                places.append(place)
        #: In the order of the series.
        self.places: Final[Sequence[ImagePlace]] = in_order(places)
        #: The bytes of memory that all this takes.
        self.size: Final = len(self._common) + sum(
            len(header) + _BYTES_AN_IMAGE for header in self._headers.values()
        )
        #: Of the headers: known once an image that lacks an attribute was fetched by itself.
        self.completeness = Completeness.UNKNOWN
        #: The tags of attributes that must have a value, and have none in an image itself.
        self.empty: Final[set[str]] = set()
        #: Notes on how the headers were fetched.
        self.remarks: Final = [*remarks, *([_WITHOUT_UID.format(unusable)] if unusable else [])]

    def __contains__(self, uid: str) -> bool:
        return uid in self._headers

    @property
    def has_headers(self) -> bool:
        """Whether the server gave the header of any image with the series."""
        return bool(self._headers)

    def header(self, uid: str) -> bytes | None:
        """The DICOM JSON of one image; None where the series does not have it."""
        compressed = self._headers.get(uid)
        return None if compressed is None else _decompressed(compressed, self._common)


def fetch_series(url: SeriesUrl) -> Series:
    """Fetch the metadata of a series, in one request; those of a part of it (206) in several.

    Where there are none, or they are larger than the limit for an answer, the series has no
    headers: each has to be fetched by itself. Raises MetadataReadError.
    """
    try:
        answer = read(url.metadata, *ACCEPT, parts=True)
    except AnswerTooLargeError:
        return Series(())
    except StatusError as error:
        if error.status not in UNAVAILABLE:
            raise
        return Series((), remarks=[f"{_NO_METADATA}: {error}"])
    try:
        return _series_in(url, answer)
    except AnswerTooLargeError:
        return Series(())


def fetch_header(url: ImageUrl) -> bytes:
    """Fetch the metadata of one image: its DICOM JSON. Raises MetadataReadError."""
    images, _ = images_in(read(url.metadata, *ACCEPT), url.metadata)
    for match, json in images:
        if match.image.text == url.uid:
            return json
    raise failed(url.metadata, "the answer does not have this image")


def places_found(series: SeriesUrl) -> list[ImagePlace]:
    """The images of a series, in order, as a search finds them. Raises MetadataReadError."""
    url = series.url._replace(path=(*series.url.path, "instances"))
    places = map(place_of, search(url, *OF_IMAGES))
    return in_order(place for place in places if place is not None)


def _series_in(url: SeriesUrl, answer: Answer) -> Series:
    images, others = images_in(answer, url.metadata)
    if images and all(place_of(match) is None for match, _ in images):
        raise failed(url.metadata, "there is an image without SOPInstanceUID (0008,0018)")
    remarks = [_WITHOUT_UID.format(others)] if others else []
    if answer.status != _PARTIAL:
        return Series(images, remarks=remarks)
    return _with_the_rest(url, images, remarks)


def _with_the_rest(url: SeriesUrl, images: list[Image], remarks: list[str]) -> Series:
    """The series of which a part has come: the others are asked for by an offset, or searched."""
    known = {match.image.text for match, _ in images}
    pages = 0
    size, limit, status = 0, limits().answer_limit, _PARTIAL
    while status == _PARTIAL:
        status, page = _page(url, len(images))
        new = [image for image in page if image.match.image.text not in known]
        if not new:
            break
        images += new
        pages += 1
        if pages > _MOST_PARTS:
            raise failed(url.metadata, f"{_IN_PARTS}, and more than {_MOST_PARTS} others")
        size += sum(len(json) for _, json in new)
        if size > limit:
            reason = f"the metadata of the series have more than {limit} bytes"
            raise failed(url.metadata, reason, AnswerTooLargeError)
        known |= {match.image.text for match, _ in new}
    else:
        return Series(images, remarks=[*remarks, f"{_IN_PARTS}, and the rest by an offset"])
    try:
        found = places_found(url)
    except MetadataReadError as error:
        reason = f"{_IN_PARTS}, and which images are missing cannot be found out: {error}"
        raise failed(url.metadata, reason) from error
    others = [place for place in found if place.uid not in known]
    remark = f"{_IN_PARTS}, and the others, {len(others)} by a search, are asked for by themselves"
    return Series(images, others, [*remarks, remark])


def _page(url: SeriesUrl, offset: int) -> tuple[int, Sequence[Image]]:
    """The status and the images of the metadata behind an offset; none where there is no such."""
    query = f"{url.metadata.query}&offset={offset}".removeprefix("&")
    place = url.metadata._replace(query=query)
    try:
        answer = read(place, *ACCEPT, parts=True)
    except StatusError as error:
        if error.status not in UNAVAILABLE:
            raise
        return error.status, ()
    images, _ = images_in(answer, place) if answer.body else ((), 0)
    return answer.status, images


def place_of(match: QidoMatch) -> ImagePlace | None:
    """The place of an image; None for one without a SOPInstanceUID."""
    uid = match.image.text
    if uid is None or not is_uid(uid):
        return None
    return ImagePlace(uid, match.instance_number.number, match.number_of_frames.number)


def in_order(places: Iterable[ImagePlace]) -> list[ImagePlace]:
    """Each image once, by InstanceNumber, then SOPInstanceUID; those without a number are last."""
    images = {place.uid: place for place in places}.values()
    return sorted(images, key=lambda place: series_order(place.number, place.uid))


def _compressed(json: bytes, common: bytes) -> bytes:
    compressor = zlib.compressobj(1, wbits=-zlib.MAX_WBITS, zdict=common)
    return compressor.compress(json) + compressor.flush()


def _decompressed(data: bytes, common: bytes) -> bytes:
    return zlib.decompressobj(-zlib.MAX_WBITS, zdict=common).decompress(data)
