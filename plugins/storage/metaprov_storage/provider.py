"""The plugin: headers, series and pixels of images in stores and archives, and finding them."""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metaprov_core import (
    Host,
    MetadataNotFoundError,
    MetadataReadError,
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
    NotDicomError,
    StoredPixels,
    copy_of_header,
    dataset_from_source,
    frame_number,
    instance_of_frame,
)
from metaprov_modules import BYTE_SOURCE, FRAME_PIXEL_DATA

from .finding.ahead import Ahead
from .finding.headers import HEADERS_KEPT, Headers
from .finding.listing import DICOM, is_archive, scheme_of_name, source_of
from .finding.search import series_of
from .finding.searches import Searches
from .opening import Opener
from .places.links import LOCAL, SCHEMES, Link, in_public, links_of
from .places.masking import masked
from .places.settings import as_here, configured_place, listeners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pydicom import Dataset, FileDataset

    from metaprov_dicom import HeaderSource
    from metaprov_modules import ByteSource, FramePixels

    from .finding.listing import Source

__all__ = ["Storage"]

_log: Final = logging.getLogger("metaprov_storage")

DATASETS_KEPT: Final = 100
#: Of so many images it is kept where the fragments of their frames are, and how far they are read.
_PLACES_KEPT: Final = 8


class Storage:
    """Answers ``instance``, ``dataset``, ``seriesImageIds`` and ``framePixelData`` of DICOM.

    Of any object it answers ``byteSource``, from which plugins for other formats read theirs. Only
    configured stores are asked: an image id may come from outside.
    """

    def __init__(self) -> None:
        self._opener: Final = Opener()
        self._headers: Final = Headers(self._opener)
        self._datasets: Final[ProviderCache[FileDataset]] = ProviderCache(DATASETS_KEPT)
        # Where the fragments of frames are: never a pixel.
        self._stored_pixels: Final[ProviderCache[StoredPixels]] = ProviderCache(_PLACES_KEPT)
        self._searches: Final = Searches(self._opener, self._headers)
        self._ahead: Final = Ahead()
        # What frames were read from, while nobody reads from it.
        self._idle: Final[dict[str, tuple[Instance, HeaderSource]]] = {}

    @hookimpl
    def attach(self, host: Host) -> None:
        self._host = host
        listeners.add(self)

    @hookimpl
    def detach(self) -> None:
        # The file systems are the process's: other hosts may be using them.
        listeners.discard(self)

    @hookimpl(specname="get_metadata", types=[INSTANCE], schemes=SCHEMES)
    def get_instance(self, image_id: str) -> Instance | None:
        header = self._header_if_asked(image_id)
        return None if header is None else instance_of_frame(header, _frame_of(header, image_id))

    @hookimpl(specname="get_metadata", types=[DATASET], schemes=SCHEMES)
    def get_dataset(self, image_id: str) -> Dataset | None:
        header = self._header_if_asked(image_id)
        if header is None:
            return None
        # Raises for a frame that the image does not have.
        _frame_of(header, image_id)
        return copy_of_header(self._datasets.get(base_image_id(image_id), self._read_dataset))

    @hookimpl(specname="get_metadata", types=[SERIES_IMAGE_IDS], schemes=SCHEMES, scope="series")
    def get_series_image_ids(self, image_id: str) -> tuple[str, ...] | None:
        header = self._header_if_asked(image_id)
        if header is None:
            return None
        _frame_of(header, image_id)
        series = series_of(header)
        if series is None:
            note("SeriesInstanceUID (0020,000E) is missing")
            return None
        return self._searches.series_image_ids(base_image_id(image_id), series)

    @hookimpl(specname="get_metadata", types=[FRAME_PIXEL_DATA], schemes=SCHEMES)
    def get_frame_pixels(self, image_id: str) -> FramePixels | None:
        header = self._header_if_asked(image_id)
        if header is None:
            return None
        frame, base = _frame_of(header, image_id), base_image_id(image_id)
        links = links_of(base)
        stored = StoredPixels.of(header, in_public(links))
        if stored is None:
            return None
        if stored.is_worth_keeping:
            stored = self._kept_pixels(base, header, stored)
        # Going on from the frame before is less work: nobody else reads from it meanwhile.
        of, source = self._idle.pop(base, (None, None))
        if source is None or of is not header:
            place = header.place_of_pixels()
            source = self._opener.image(links, None if place is None else place.version)
        pixels = stored.frame(source, frame)
        self._idle[base] = header, source
        for oldest in list(self._idle)[:-_PLACES_KEPT]:
            self._idle.pop(oldest, None)
        return pixels

    @hookimpl(specname="get_metadata", types=[BYTE_SOURCE], schemes=SCHEMES)
    def get_byte_source(self, image_id: str) -> ByteSource | None:
        links = _links_to_ask(base_image_id(image_id))
        return None if links is None else self._opener.image(links)

    @hookimpl
    def find_images(self, source: str) -> Iterable[str] | None:
        if not _may_be_of_here(source):
            return None
        try:
            links = links_of(source)
        except ValueError as error:
            if parse_image_id(source).scheme in SCHEMES:
                note(masked(str(error)))
            elif is_archive(Link(LOCAL, source)) and Path(source).is_file():
                note("the path of an archive cannot have :: in it: no image id names what is there")
            return None
        found = source_of(links)
        if found is None or not _may_be_asked(links):
            return None
        return self._found_in(found)

    @hookimpl
    def prefetch(self, type: str, image_ids: tuple[str, ...], done: Callable[[int], None]) -> None:
        if type in (INSTANCE, DATASET, SERIES_IMAGE_IDS):
            self._prefetch(image_ids, done)

    @hookimpl
    def copy_settings(self) -> Callable[[], None]:
        return as_here()

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        if type in (None, BYTE_SOURCE, INSTANCE, DATASET, SERIES_IMAGE_IDS, FRAME_PIXEL_DATA):
            for cache in (self._headers, self._datasets, self._stored_pixels):
                cache.changed(image_id)
            if image_id is None or parse_image_id(image_id).scheme in SCHEMES:
                self._searches.changed()
                self._opener.changed()
                self._idle.clear()

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        # Nothing is added here: what is cleared is read again.
        self.metadata_changed(type, image_id)

    def settings_changed(self) -> None:
        """Forget what was read by the previous settings, and tell the host."""
        self._forget()

    def _forget(self) -> None:
        self.metadata_changed(None, None)
        for type in (INSTANCE, BYTE_SOURCE):
            self._host.changed(type)

    def _found_in(self, source: Source) -> Iterator[str]:
        """The DICOM images behind a source, then those of other formats, by their plugins."""
        if source.archive is not None and self._opener.has_changed(source.archive, source.links):
            self._forget()
        search = self._searches.anew(source)
        yield from search.image_ids()
        for url, scheme in search.others.items():
            try:
                yield from self._host.find_images(f"{scheme}:{url}")
            except (MetadataNotFoundError, MetadataReadError) as error:
                if url == source.itself:
                    raise
                if isinstance(error, MetadataReadError):
                    _log.warning("passed over: %s", error)

    def _prefetch(self, image_ids: Iterable[str], done: Callable[[int], None]) -> None:
        ids = Counter(map(base_image_id, image_ids))
        wanted = [base for base in ids if _is_to_ask_for(base)][:HEADERS_KEPT]
        with closing(self._headers.many(wanted)) as headers:
            for base, header in headers:
                if not isinstance(header, MetadataReadError):
                    done(ids[base])

    def _header_if_asked(self, image_id: str) -> Instance | None:
        """The header of an image that may be asked for; None, with a note, for any other."""
        base = base_image_id(image_id)
        header = self._headers.kept(base)
        if header is not None:
            return header
        links = _links_to_ask(base)
        if links is None:
            return None
        # Not while it is loaded: whoever reads it ahead would wait for that.
        if links[-1].protocol != LOCAL and len(ahead := self._ahead.of(image_id)) > 1:
            self._prefetch(ahead, _nobody_counts)
        try:
            return self._headers.one(base)
        except NotDicomError:
            scheme = scheme_of_name(links[0].in_public)
            if scheme == DICOM:
                raise
            note(f"it ends as {scheme} does, and is no DICOM: ask for {scheme}:{masked(base)}")
            return None

    def _read_dataset(self, base: str) -> FileDataset:
        return self._headers.read(dataset_from_source, base)

    def _kept_pixels(self, base: str, header: Instance, stored: StoredPixels) -> StoredPixels:
        """What is kept of the places of an image's frames, if it is still of the same header."""
        kept = self._stored_pixels.get(base, partial(_itself, stored))
        if not kept.is_of(header):
            self._stored_pixels.changed(base)
            kept = self._stored_pixels.get(base, partial(_itself, stored))
        return kept


def _frame_of(header: Instance, image_id: str) -> int:
    """The frame that an image id names, counted from 1. Raises MetadataReadError."""
    try:
        return frame_number(header, image_id)
    except MetadataReadError as error:
        # The query of a web server may be a signature.
        name = in_public(links_of(base_image_id(image_id)))
        raise MetadataReadError(name, error.reason) from None


def _itself(stored: StoredPixels, _base: str) -> StoredPixels:
    return stored


def _nobody_counts(_count: int) -> None:
    """Nobody waits for these images but the question that reads them."""


def _links_to_ask(base: str) -> Sequence[Link] | None:
    """The links of an image; None, with a note, where they are none, or may not be asked."""
    try:
        links = links_of(base)
    except ValueError as error:
        note(masked(str(error)))
        return None
    return links if _may_be_asked(links) else None


def _may_be_asked(links: Sequence[Link]) -> bool:
    """Whether what is behind some links may be asked; otherwise a note says how it may."""
    link = links[-1]
    try:
        if link.protocol == LOCAL or configured_place(link) is not None:
            return True
    except ValueError as error:
        raise MetadataReadError(link.in_public, masked(str(error))) from None
    root = "/".join(link.in_public.split("/")[:3])
    note(f'{root}/ is not configured: metaprov_storage.configure("{root}/"), or METAPROV_STORAGE')
    return False


def _is_to_ask_for(base: str) -> bool:
    try:
        link = links_of(base)[-1]
        is_own = parse_image_id(base).scheme in SCHEMES
        return is_own and (link.protocol == LOCAL or configured_place(link) is not None)
    except ValueError:
        return False


def _may_be_of_here(source: str) -> bool:
    scheme = parse_image_id(source).scheme
    return scheme in SCHEMES or not source.lower().startswith(f"{scheme}:")
