"""Searches: the images behind a source, in order, and the series that they form."""

from __future__ import annotations

import logging
from itertools import chain, count
from threading import RLock
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import MetadataReadError, base_image_id
from metaprov_dicom import FrameImageIds, NotDicomError, number_of_frames, series_order
from metaprov_storage.places.links import links_of
from metaprov_storage.places.masking import masked

from .listing import image_id_of, is_archive, listing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metaprov_dicom import Instance
    from metaprov_storage.opening import Opener

    from .headers import Headers
    from .listing import Source

__all__ = ["Search", "series_of"]

_log: Final = logging.getLogger("metaprov_storage")


class _Found(NamedTuple):
    """What the order and the ids of an image follow from."""

    image_id: str
    series: str | None
    number: int | None
    frames: int

    def place(self) -> tuple[float | str, ...]:
        return series_order(self.number, self.image_id)


class Search:
    """A search of a source, folder by folder, which several may drive on.

    The images of a folder come series by series, and those of a series by InstanceNumber, then
    name: as those of a folder on disk do.
    """

    def __init__(self, source: Source, opener: Opener, headers: Headers) -> None:
        """Lists the source. Raises MetadataReadError where that cannot be done."""
        self.source: Final = source
        self._headers: Final = headers
        #: The URLs of images of other formats, each with the scheme of that.
        self._folders, self.others = listing_of(source, opener)
        self._names: Final = frozenset(name for folder in self._folders for name in folder)
        #: Of the folders that were read.
        self._found: Final[list[list[_Found]]] = []
        #: The ids of each series, once all folders were read.
        self._series: Mapping[str | None, tuple[str, ...]] | None = None
        self._lock: Final = RLock()

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, base: str) -> bool:
        return base in self._names

    def image_ids(self) -> Iterator[str]:
        """The ids of all images, one for each frame; they are read as they are asked for."""
        for number in count():
            found = self._read(number)
            if found is None:
                return
            for image in found:
                if image.frames == 1:
                    yield image.image_id
                else:
                    yield from FrameImageIds(image.image_id, image.frames)

    def series_image_ids(self, series: str) -> tuple[str, ...]:
        """The ids of the images of a series, without frames; the search is driven to its end."""
        while self._read(len(self._found)) is not None:
            pass
        if self._series is None:
            self._series = _by_series(chain.from_iterable(self._found))
        return self._series.get(series, ())

    def _read(self, number: int) -> Sequence[_Found] | None:
        """The images of the folder with a number; None where there is none."""
        with self._lock:
            if number < len(self._found):
                return self._found[number]
            if number == len(self._folders):
                return None
            self._found.append(self._images_in(self._folders[number]))
            return self._found[-1]

    def _images_in(self, names: Sequence[str]) -> list[_Found]:
        ids = {base_image_id(image_id_of(name)): name for name in names}
        images: dict[str, _Found | MetadataReadError | None] = {}
        for base, header in self._headers.many(list(ids)):
            images[ids[base]] = _found(ids[base], header)
        series: dict[str | tuple[str], list[_Found]] = {}
        for name in names:
            image = images[name]
            if isinstance(image, MetadataReadError):
                self._pass_over(name, image)
            elif image is not None:
                series.setdefault(image.series or (name,), []).append(image)
        return [image for found in series.values() for image in sorted(found, key=_Found.place)]

    def _pass_over(self, name: str, error: MetadataReadError) -> None:
        if name == self.source.itself:
            raise error
        if not isinstance(error, NotDicomError):
            _log.warning("passed over: %s", error)
        elif is_archive(links_of(name)[0]):
            _log.warning("passed over: an archive, which is searched by itself: %s", masked(name))


def _found(name: str, header: Instance | MetadataReadError) -> _Found | MetadataReadError | None:
    """What is to be known of an image; None for a DICOMDIR, which lists what is found anyway."""
    if isinstance(header, MetadataReadError):
        return header
    try:
        if "DirectoryRecordSequence" in header:
            return None
        number = header.get("InstanceNumber")
        return _Found(
            image_id_of(name),
            series_of(header),
            number if isinstance(number, int) else None,
            number_of_frames(header),
        )
    except MetadataReadError as error:
        # It ends before it says so.
        return error


def _by_series(images: Iterable[_Found]) -> Mapping[str | None, tuple[str, ...]]:
    series: dict[str | None, list[str]] = {}
    for image in sorted(images, key=_Found.place):
        series.setdefault(image.series, []).append(image.image_id)
    return {uid: tuple(ids) for uid, ids in series.items()}


def series_of(header: Instance) -> str | None:
    """The SeriesInstanceUID of an image; of several values, which no image should have, all."""
    uid = header.get("SeriesInstanceUID")
    return "\\".join(map(str, uid)) if isinstance(uid, tuple) else uid
