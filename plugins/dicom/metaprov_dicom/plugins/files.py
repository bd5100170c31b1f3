"""The plugin that reads DICOM files: their instances, their data sets, and where they are."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metaprov_core import (
    Host,
    MetadataType,
    ProviderCache,
    base_image_id,
    hookimpl,
    note,
    parse_image_id,
)
from metaprov_dicom.dataset.copies import copy_of_header
from metaprov_dicom.file.reader import read_dataset, read_instance
from metaprov_dicom.file.sources import FileSource, NotDicomError
from metaprov_dicom.finding.folder import FILE_SCHEME, series_of
from metaprov_dicom.finding.remembered import Searches
from metaprov_dicom.frames.groups import instance_of_frame
from metaprov_dicom.frames.number import check_frame, frame_number
from metaprov_dicom.pixels.frame_pixels import StoredPixels
from metaprov_modules import FRAME_PIXEL_DATA, INSTANCE, SERIES_IMAGE_IDS

from .sizes import DATASETS_KEPT, HEADERS_KEPT, size_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydicom import Dataset, FileDataset

    from metaprov_core import ImageId
    from metaprov_dicom.instance.instance import Instance
    from metaprov_modules import FramePixels

__all__ = ["DATASET", "DicomFiles"]

DATASET: Final[MetadataType[Dataset]] = MetadataType(
    "dataset",
    meaning="The header of an image as a pydicom `Dataset`, without pixel data, for the rest of "
    "the ecosystem. Each answer is a copy; the items of its sequences are shared with other "
    "answers.",
)

#: Of so many images it is kept where the fragments of their frames are, 8 bytes a frame.
_PLACES_KEPT: Final = 8
_FILE: Final = f"{FILE_SCHEME}:"


class DicomFiles:
    """Answers for ``dicomfile:`` ids, paths and ``file://`` URLs.

    It has ``instance``, ``dataset``, ``framePixelData`` and ``seriesImageIds`` of files.
    """

    def __init__(self, headers: int | None = None, datasets: int | None = None) -> None:
        """``headers`` and ``datasets`` are how many of them are kept, see `size_of`."""
        # By the image id without frame: a file is read once for all of its frames.
        self._headers: Final[ProviderCache[Instance]] = ProviderCache(
            size_of(HEADERS_KEPT, headers)
        )
        self._datasets: Final[ProviderCache[FileDataset]] = ProviderCache(
            size_of(DATASETS_KEPT, datasets)
        )
        # Where the fragments of frames are: never a pixel.
        self._stored_pixels: Final[ProviderCache[StoredPixels]] = ProviderCache(_PLACES_KEPT)
        self._searches: Final = Searches(self._read, self._headers.get)

    @hookimpl
    def attach(self, host: Host) -> None:
        self._searches.when_more_is_known = partial(host.changed, SERIES_IMAGE_IDS)

    @hookimpl(specname="get_metadata", types=[INSTANCE], schemes=[FILE_SCHEME])
    def get_instance(self, image_id: str) -> Instance:
        image = self._header(image_id)
        return instance_of_frame(image, frame_number(image, image_id))

    @hookimpl(specname="get_metadata", types=[DATASET], schemes=[FILE_SCHEME])
    def get_dataset(self, image_id: str) -> Dataset:
        check_frame(self._header(image_id), image_id)
        return copy_of_header(self._datasets.get(base_image_id(image_id), _dataset_of))

    @hookimpl(specname="get_metadata", types=[FRAME_PIXEL_DATA], schemes=[FILE_SCHEME])
    def get_frame_pixel_data(self, image_id: str) -> FramePixels | None:
        header = self._header(image_id)
        frame = frame_number(header, image_id)
        base = base_image_id(image_id)
        path = _path(base)
        stored = StoredPixels.of(header, path)
        if stored is None:
            return None
        if stored.is_worth_keeping:
            stored = self._kept(base, header, stored)
        with FileSource(path) as source:
            return stored.frame(source, frame)

    @hookimpl(
        specname="get_metadata", types=[SERIES_IMAGE_IDS], schemes=[FILE_SCHEME], scope="series"
    )
    def get_series_image_ids(self, image_id: str) -> tuple[str, ...] | None:
        header = self._header(image_id)
        check_frame(header, image_id)
        series = series_of(header)
        if series is None:
            note("SeriesInstanceUID (0020,000E) is missing")
            return None
        return self._searches.series_image_ids(_path(base_image_id(image_id)), series)

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        if type in (None, INSTANCE, DATASET, SERIES_IMAGE_IDS, FRAME_PIXEL_DATA):
            for cache in (self._headers, self._datasets, self._stored_pixels):
                cache.changed(image_id)
            if image_id is None:
                self._searches.changed()
            elif parse_image_id(image_id).scheme == FILE_SCHEME:
                self._searches.changed(_path(base_image_id(image_id)))

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        # Nothing is added here: what is cleared is read again.
        self.metadata_changed(type, image_id)

    @hookimpl
    def find_images(self, source: str) -> Iterable[str] | None:
        id = parse_image_id(source)
        if id.scheme != FILE_SCHEME and not _is_folder(source, id):
            return None
        try:
            return self._searches.find_images(id.rest)
        except NotDicomError as error:
            note(str(error))
            return None

    def _kept(self, base: str, header: Instance, stored: StoredPixels) -> StoredPixels:
        """What is kept of the places of an image's frames, if it is still of the same header."""
        kept = self._stored_pixels.get(base, partial(_itself, stored))
        if not kept.is_of(header):
            self._stored_pixels.changed(base)
            kept = self._stored_pixels.get(base, partial(_itself, stored))
        return kept

    def _read(self, image_id: str) -> Instance:
        """The header that a file has now, which is kept unless there is one."""
        base = base_image_id(image_id)
        read: list[Instance] = []

        def load(base: str) -> Instance:
            # Within the load, so that nothing is kept that was read before a change.
            read.append(_header_of(base))
            return read[-1]

        self._headers.get(base, load)
        return read[-1] if read else _header_of(base)

    def _header(self, image_id: str) -> Instance:
        return self._headers.get(base_image_id(image_id), _header_of)


def _is_folder(source: str, id: ImageId) -> bool:
    """Whether a source is the path of a folder, whose name may end like another plugin's files."""
    is_path = not source.lower().startswith(f"{id.scheme}:")
    return is_path and Path(id.rest).is_dir()


def _itself(stored: StoredPixels, _base: str) -> StoredPixels:
    return stored


def _path(base: str) -> str:
    return base.removeprefix(_FILE)


def _header_of(base: str) -> Instance:
    return read_instance(_path(base))


def _dataset_of(base: str) -> FileDataset:
    return read_dataset(_path(base))
