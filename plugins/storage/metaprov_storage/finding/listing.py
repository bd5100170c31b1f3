"""The names behind a source, folder by folder, and the ids of their images."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import parse_image_id, with_frame
from metaprov_storage.places.links import ARCHIVES, LOCAL, WEB, Link, chained, links_of
from metaprov_storage.places.masking import masked
from metaprov_storage.stores.file_systems import names_below

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_storage.opening import Opener

__all__ = [
    "DICOM",
    "Listing",
    "Source",
    "image_id_of",
    "is_archive",
    "listing_of",
    "scheme_of_name",
    "source_of",
]

_log: Final = logging.getLogger("metaprov_storage")

#: How archives are called, with the protocol of each.
_ENDINGS: Final = {
    ".zip": "zip",
    ".tar": "tar",
    **dict.fromkeys((".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"), "tar"),
}
#: The scheme of files whose ending nobody claims.
DICOM: Final = "dicomfile"


class Source(NamedTuple):
    """What holds images: an archive, or a part of a store."""

    #: The protocol of the archive; None for a store.
    archive: str | None
    #: Where the archive is, or the part of the store.
    links: tuple[Link, ...]
    #: How the names begin that are meant, in the archive.
    below: str = ""

    @property
    def itself(self) -> str:
        """The URL of an image, if it is one."""
        if self.archive is None:
            return str(self.links[0])
        return chained(Link(self.archive, self.below), *self.links)


def source_of(links: Sequence[Link]) -> Source | None:
    """The source that some links name; None for a path on this disk that is no archive's."""
    *members, last = links
    if last.protocol == LOCAL:
        # The ids name the archive for good, wherever the program goes.
        last = Link(LOCAL, os.path.abspath(last.path))  # noqa: PTH100 - pathlib keeps `..`
    link, *behind = links = (*members, last)
    if behind and link.protocol in ARCHIVES and not _protocol_of(link):
        return Source(link.protocol, tuple(behind), link.path)
    protocol = _protocol_of(link)
    if link.protocol == LOCAL and (protocol is None or os.path.isdir(link.path)):  # noqa: PTH112 - as above
        return None
    return Source(protocol, links)


def is_archive(link: Link) -> bool:
    """Whether a link names an archive, by its ending."""
    return _protocol_of(link) is not None


def _protocol_of(link: Link) -> str | None:
    path = link.in_public.lower()
    return next((kind for ending, kind in _ENDINGS.items() if path.endswith(ending)), None)


class Listing(NamedTuple):
    """What is behind a source: each folder before those in it, and names in alphabetical order."""

    #: The ids, without frames, of what may be a DICOM image, folder by folder.
    folders: list[list[str]]
    #: The URLs of what is another format by its ending, each with the scheme of that.
    others: dict[str, str]


def listing_of(source: Source, opener: Opener) -> Listing:
    """What is behind a source.

    Raises MetadataReadError where it cannot be read, or holds nothing of this name.
    """
    folders: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    others = []
    for name, url in _names(source, opener):
        *folder, last = name.split("/")
        scheme = scheme_of_name(name)
        if scheme == DICOM:
            folders.setdefault(tuple(folder), []).append((last, url))
        else:
            others.append((folder, last, url, scheme))
    return Listing(
        [[url for _, url in sorted(folders[folder])] for folder in sorted(folders)],
        {url: scheme for _, _, url, scheme in sorted(others)},
    )


def scheme_of_name(name: str) -> str:
    """The scheme of a file of this name: that of DICOM files where no plugin claims its ending."""
    return parse_image_id(f"/{name}").scheme if "." in name else DICOM


def image_id_of(base: str) -> str:
    """The id of the image that an object or a member is, whatever its name ends in."""
    return with_frame(base, 1) if parse_image_id(base).frame is not None else base


def _names(source: Source, opener: Opener) -> Iterator[tuple[str, str]]:
    """The names in a source, each with its URL."""
    if source.archive is not None:
        for name in opener.archive(source.archive, source.links).names():
            if name.startswith(source.below):
                url = chained(Link(source.archive, name), *source.links)
                if _names_it(url, 1 + len(source.links)):
                    yield name, url
        return
    (link,) = source.links
    if link.protocol in WEB and not link.in_public.endswith("/"):
        yield link.in_public, str(link)
        return
    for url in names_below(link):
        if _names_it(url, 1):
            yield url.partition("?")[0], url


def _names_it(url: str, links: int) -> bool:
    """Whether a URL is read as it was made: a name may have :: in it, or a segment .. that is one.

    What has such a name is passed over.
    """
    try:
        if len(links_of(url)) == links:
            return True
    except ValueError:
        pass
    _log.warning("passed over: %s, which no URL names", masked(url))
    return False
