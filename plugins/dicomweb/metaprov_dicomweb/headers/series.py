"""The metadata of a series, fetched in one request and kept compressed."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_dicom import series_order
from metaprov_dicomweb.server.errors import AnswerTooLargeError, failed
from metaprov_dicomweb.server.requests import read
from metaprov_dicomweb.services.dicom_json import ACCEPT, images_in
from metaprov_dicomweb.services.wado_rs import is_uid

from .missing_parts import Completeness

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metaprov_dicomweb.services.dicom_json import QidoMatch
    from metaprov_dicomweb.services.wado_rs import ImageUrl, SeriesUrl

__all__ = ["ImagePlace", "Series", "fetch_header", "fetch_series", "in_order"]


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

    __slots__ = ("_common", "_headers", "completeness", "places")

    def __init__(self, images: Iterable[tuple[QidoMatch, bytes]]) -> None:
        self._common = b""
        self._headers: Final[dict[str, bytes]] = {}
        places = []
        for match, json in images:
            place = place_of(match)
            if place is not None:
                self._common = self._common or json
                self._headers[place.uid] = _compressed(json, self._common)
                places.append(place)
        #: In the order of the series.
        self.places: Final[Sequence[ImagePlace]] = in_order(places)
        #: Of the headers: known once an image that lacks an attribute was fetched by itself.
        self.completeness = Completeness.UNKNOWN

    def __contains__(self, uid: str) -> bool:
        return uid in self._headers

    def header(self, uid: str) -> bytes | None:
        """The DICOM JSON of one image; None where the series does not have it."""
        compressed = self._headers.get(uid)
        return None if compressed is None else _decompressed(compressed, self._common)


def fetch_series(url: SeriesUrl) -> Series:
    """Fetch the metadata of a series, in one request.

    Metadata that are larger than the limit for an answer make a series without headers: each has to
    be fetched by itself. Raises MetadataReadError.
    """
    try:
        answer = read(url.metadata, *ACCEPT)
    except AnswerTooLargeError:
        return Series(())
    images = images_in(answer, url.metadata)
    if not all(match.image.text for match, _ in images):
        raise failed(url.metadata, "there is an image without SOPInstanceUID (0008,0018)")
    return Series(images)


def fetch_header(url: ImageUrl) -> bytes:
    """Fetch the metadata of one image: its DICOM JSON. Raises MetadataReadError."""
    images = images_in(read(url.metadata, *ACCEPT), url.metadata)
    for match, json in images:
        if match.image.text == url.uid:
            return json
    raise failed(url.metadata, "the answer does not have this image")


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
