"""The images that are served, and which of the ids that are asked about are among them."""

from __future__ import annotations

import re
from os import fspath
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metaprov_core import parse_image_id, with_frame
from metaprov_core.schemes import FILE_SCHEME, suffixes
from metaprov_serve.dicomweb import Index
from metaprov_serve.http.errors import HttpError

from .roots import Roots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from os import PathLike

    from metaprov_core import Host

    from .roots import Paths

__all__ = ["Served", "missing"]

#: Images of this server's own DICOMweb, as Cornerstone's loader and OHIF call them.
_OWN: Final = re.compile(
    r"wadors:(?:https?://(?P<host>[^/]+))?\S*/dicomweb/studies/(?P<study>[\d.]+)"
    r"/series/(?P<series>[\d.]+)/instances/(?P<instance>[\d.]+)(?:/frames/(?P<frame>\d+))?"
)
#: Images of servers: metaprov-dicomweb asks none but those that are configured for it.
_OF_SERVERS: Final = ("wadors", "wadouri")
_URL: Final = ("http:", "https:")
#: Between the members of archives and where these are: a path, or a URL.
_IN: Final = "::"
_LONGEST: Final = 4096


class Served:
    """Sources of images, the host that is asked about them, and their DICOMweb index.

    What is in no source is refused: paths outside of the folders, wherever links lead, and schemes
    that are no paths, but for those of servers, and of archives and stores among the sources.
    """

    def __init__(self, host: Host, sources: Iterable[str | PathLike[str]]) -> None:
        self.host: Final = host
        self.sources: Final = tuple(fspath(source) for source in sources)
        places = list(map(_bytes_of, self.sources))
        self._roots: Final = Roots(path for each in places if (path := _path_of(each)) is not None)
        self._stores: Final = tuple(
            f"{where.rstrip('/')}/" for each in places if _is_url(where := _where(each))
        )
        self.index: Final = Index(host, self.sources, self.found)

    def found(self, source: str) -> Iterator[str]:
        """The ids of the images of a source, without those that links lead out to."""
        paths = self._roots.paths()
        for image_id in self.host.find_images(source):
            if self._refusal(image_id, paths) is None:
                yield image_id

    def images(self, source: str | None = None) -> list[str]:
        """The ids of the images of a source, or of all. Raises HttpError, 403 or 404."""
        if source is None:
            return [image_id for each in self.sources for image_id in self.found(each)]
        # What is searched on servers is the search of a plugin, and its images are judged each.
        if source not in self.sources and not source.lower().startswith(_URL):
            refused = self._refusal(source, self._roots.paths())
            if refused is not None:
                raise refused
        return list(self.found(source))

    def refusals(self, image_ids: Sequence[str]) -> list[HttpError | None]:
        """For each id why it may not be asked about, None where it may."""
        paths = self._roots.paths()
        return [self._refusal(image_id, paths) for image_id in image_ids]

    def allowed(self, image_id: str, own_host: str | None = None) -> str:
        """The id to ask the host about. Raises HttpError, 403 or 404."""
        known = self.known_as(image_id, own_host)
        (refused,) = self.refusals([known])
        if refused is not None:
            raise refused
        return known

    def known_as(self, image_id: str, own_host: str | None = None) -> str:
        """The id of the file, of an image of this server's own DICOMweb; any other as it is.

        ``own_host`` is the Host by which the server was asked.
        """
        if len(image_id) > _LONGEST or not image_id.startswith("wadors:"):
            return image_id
        own = _OWN.fullmatch(image_id)
        if own is None or own["host"] not in {None, own_host}:
            return image_id
        found = self.index.image_id(own["study"], own["series"], own["instance"])
        if found is None:
            return image_id
        return found if own["frame"] is None else with_frame(found, int(own["frame"]))

    def _refusal(self, image_id: str, paths: Paths) -> HttpError | None:
        if len(image_id) > _LONGEST:
            return HttpError(400, f"an image id has {_LONGEST} characters at most")
        image_id = _bytes_of(image_id)
        path = _path_of(image_id)
        if path is not None:
            is_inside = paths.are_inside(path)
            return None if is_inside else HttpError(404, "there is no such image here")
        if _is_of_server(image_id) or f"{_where(image_id)}/".startswith(self._stores):
            return None
        scheme = parse_image_id(image_id).scheme
        return HttpError(403, f"images of the scheme {scheme:.40} are not served")


def _bytes_of(image_id: str) -> str:
    """What an image is read from: ``nifti:zip://a.nii::/b.zip`` is read from a member of b.zip."""
    id = parse_image_id(image_id)
    names_a_format = id.scheme != FILE_SCHEME and id.scheme in suffixes().path_schemes
    return id.rest if names_a_format and _is_url(id.rest) else image_id


def _where(image_id: str) -> str:
    """The image without its frame; of a member of an archive, the archive."""
    return parse_image_id(image_id).base.rpartition(_IN)[2]


def _is_url(text: str) -> bool:
    return "://" in text


def _path_of(image_id: str) -> str | None:
    """The path of a file, or of an archive on this disk; None for what is elsewhere."""
    id = parse_image_id(image_id)
    if id.scheme == FILE_SCHEME or id.scheme in suffixes().path_schemes:
        return id.rest
    where = _where(image_id)
    return None if _IN not in id.base or _is_url(where) else where


def _is_of_server(image_id: str) -> bool:
    scheme, _, rest = image_id.partition(":")
    return scheme.lower() in _OF_SERVERS and rest.lower().startswith(_URL)


def missing(sources: Iterable[str]) -> list[str]:
    """The sources that are on this disk, and of which there is no file or folder."""
    return [
        source
        for source in sources
        if (path := _path_of(_bytes_of(source))) is not None and not Path(path).exists()
    ]
