"""``wadors:`` image ids, and the URLs of their images on a DICOMweb server (PS3.18 10.4)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from metaprov_core import parse_image_id
from metaprov_dicomweb.server.urls import Url, parsed

__all__ = ["ImageUrl", "SeriesUrl", "image_url", "is_uid", "series_url", "study_of"]

#: PS3.5 9.1; leading zeros are forbidden there, and occur.
_UID: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*")


class SeriesUrl(NamedTuple):
    """A series on a server."""

    #: The root of the DICOMweb service, with the query that all URLs below it have: some servers
    #: want a token there, or the set that an image is in.
    root: Url
    study: str
    series: str

    @property
    def url(self) -> Url:
        """The URL of the series."""
        path = (*self.root.without_end_slash.path, "studies", self.study, "series", self.series)
        return self.root._replace(path=path)

    @property
    def metadata(self) -> Url:
        """The URL of the headers of all its images."""
        return _below(self.url, "metadata")

    def image(self, uid: str) -> ImageUrl:
        """One of its images."""
        return ImageUrl(self, uid)

    def image_id(self, uid: str) -> str:
        """The image id, without frame, of one of its images."""
        return f"wadors:{self.image(uid).url}"


class ImageUrl(NamedTuple):
    """An image on a server."""

    series: SeriesUrl
    #: SOPInstanceUID.
    uid: str

    @property
    def url(self) -> Url:
        """The URL of the image."""
        return _below(self.series.url, "instances", self.uid)

    @property
    def metadata(self) -> Url:
        """The URL of its header."""
        return _below(self.url, "metadata")

    def frame(self, number: int) -> Url:
        """The URL of the pixels of a frame, counted from 1."""
        return _below(self.url, "frames", str(number))


def image_url(image_id: str) -> ImageUrl | None:
    """The image that a ``wadors:`` id names; None for anything else."""
    url = parsed(parse_image_id(image_id).base.removeprefix("wadors:"))
    if url is None:
        return None
    url = url.without_end_slash
    if len(url.path) < 6 or url.path[-2] != "instances":
        return None
    series = series_url(url._replace(path=url.path[:-2]))
    uid = url.path[-1]
    return series.image(uid) if series is not None and is_uid(uid) else None


def series_url(url: Url) -> SeriesUrl | None:
    """The series that a URL names; None for any other URL."""
    study = study_of(url._replace(path=url.path[:-2]))
    if study is None or url.path[-2] != "series" or not is_uid(url.path[-1]):
        return None
    root, uid = study
    return SeriesUrl(root, uid, url.path[-1])


def study_of(url: Url) -> tuple[Url, str] | None:
    """The root and the StudyInstanceUID in the URL of a study; None for any other URL.

    The root has the query of the URL.
    """
    if len(url.path) < 2 or url.path[-2] != "studies" or not is_uid(url.path[-1]):
        return None
    return url._replace(path=url.path[:-2]), url.path[-1]


def is_uid(text: str) -> bool:
    """Whether a text is a UID: digits, with single dots between them."""
    return len(text) <= 64 and _UID.fullmatch(text) is not None


def _below(url: Url, *segments: str) -> Url:
    return url._replace(path=(*url.path, *segments))
