"""From an image id to the bytes of its image: stores, and the archives that are open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from metaprov_core import MetadataReadError, ProviderCache

from .places.links import LOCAL, chained, in_public
from .stores.file_systems import open_object, size_of
from .stores.local import LocalFile, stamp_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_dicom import HeaderSource

    from .archives.archive import Archive
    from .places.links import Link

__all__ = ["Opener"]

#: How many archives stay open.
ARCHIVES_KEPT: Final = 8
#: Of how many it is known what they were when they were opened: as many as headers are kept.
_VERSIONS_KEPT: Final = 1_000


class Opener:
    """Opens images, and keeps the archives open that they are in."""

    def __init__(self) -> None:
        # By protocol and URL.
        self._archives: Final[ProviderCache[Archive]] = ProviderCache(ARCHIVES_KEPT)
        # Their versions when they were first opened, or when `has_changed` last told.
        self._versions: Final[dict[str, object]] = {}

    def image(self, links: Sequence[Link], version: object = None) -> HeaderSource:
        """The bytes of an image. ``version`` is the one that it is to have, where that is known.

        Raises MetadataReadError where an archive cannot be read, or has no such member.
        """
        link, *behind = links
        if not behind:
            return open_object(link, version)
        return self.archive(link.protocol, behind).member(link.path, in_public(links))

    def archive(self, protocol: str, links: Sequence[Link]) -> Archive:
        """The archive behind some links: ``s3://bucket/ct.zip``, say. Raises MetadataReadError."""
        key = _key(protocol, links)
        kept = self._archives.get(key)
        if kept is not None and kept.version != self._version_now(kept, links):
            self._archives.changed(key)
        return self._archives.get(key, partial(self._opened, protocol, links))

    def position(self, links: Sequence[Link]) -> tuple[str, int]:
        """The archive that an image is in, and where in it; no store is asked for that."""
        link, *behind = links
        if not behind:
            return "", 0
        key = _key(link.protocol, behind)
        try:
            is_here = links[-1].protocol == LOCAL
            archive = self.archive(link.protocol, behind) if is_here else self._archives.get(key)
        except MetadataReadError:
            archive = None
        return key, 0 if archive is None else archive.position(link.path)

    def has_changed(self, protocol: str, links: Sequence[Link]) -> bool:
        """Whether an archive is another one than when it was first opened, or this was last asked.

        Raises MetadataReadError where it cannot be read.
        """
        version = self.archive(protocol, links).version
        key = _key(protocol, links)
        before = self._versions.get(key)
        self._versions[key] = version
        return before not in (None, version)

    def changed(self) -> None:
        """Open archives anew: they may have changed."""
        self._archives.changed()

    def _version_now(self, archive: Archive, links: Sequence[Link]) -> object:
        """The version of the file that an open archive is in; no store is asked for it."""
        link, *behind = links
        if links[-1].protocol != LOCAL:
            return archive.version
        return self.image(links).version if behind else stamp_of(link.path)

    def _opened(self, protocol: str, links: Sequence[Link], key: str) -> Archive:
        archive = self._read(protocol, links)
        self._versions.setdefault(key, archive.version)
        for oldest in list(self._versions)[:-_VERSIONS_KEPT]:
            self._versions.pop(oldest, None)
        return archive

    def _read(self, protocol: str, links: Sequence[Link]) -> Archive:
        link, *behind = links
        if link.protocol == LOCAL:
            file = LocalFile(link.path)
            return _archive(protocol, file, file.size)
        source = self.image(links)
        if source.size is None:
            # Most answers tell the size of the whole.
            source.read(1, 0)
        size = size_of(link) if source.size is None and not behind else source.size
        if size is None:
            raise MetadataReadError(source.name, "nobody knows how long it is")
        return _archive(protocol, source, size)


def _archive(protocol: str, source: HeaderSource, size: int) -> Archive:
    # Most programs read neither.
    if protocol == "zip":
        from .archives.zip import ZipArchive

        return ZipArchive(source, size)
    from .archives.tar import TarArchive

    return TarArchive(source, size)


def _key(protocol: str, links: Sequence[Link]) -> str:
    return f"{protocol}:{chained(*links)}"
