"""The plugin that reads DICOM files: their instances, their data sets, and where they are."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataType, ProviderCache, hookimpl, parse_image_id

from .find import find_images
from .frames import frame_number, instance_of_frame
from .instance import INSTANCE, Instance
from .reader import read_dataset, read_instance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydicom import Dataset, FileDataset

__all__ = ["DATASET", "DicomFiles"]

DATASET: Final[MetadataType[Dataset]] = MetadataType("dataset")
"""The header of an image as a pydicom ``Dataset``, without pixel data, for the rest of the
ecosystem. Each answer is a copy; the items of its sequences are shared with other answers."""

_SCHEME: Final = "dicomfile"

#: How many headers, instances of frames, and data sets are kept.
HEADERS_KEPT: Final = 1_000
INSTANCES_KEPT: Final = 1_000
DATASETS_KEPT: Final = 100


class DicomFiles:
    """Answers ``instance`` and ``dataset`` for ``dicomfile:`` ids, paths and ``file://`` URLs."""

    def __init__(self) -> None:
        # By the image id without frame: a file is read once, however many of its frames are asked.
        self._headers: Final[ProviderCache[Instance]] = ProviderCache(HEADERS_KEPT)
        self._instances: Final[ProviderCache[Instance]] = ProviderCache(INSTANCES_KEPT)
        self._datasets: Final[ProviderCache[FileDataset]] = ProviderCache(DATASETS_KEPT)

    @hookimpl(specname="get_metadata", types=[INSTANCE], schemes=[_SCHEME])
    def get_instance(self, image_id: str) -> Instance:
        return self._instances.get(image_id, self._instance_of)

    @hookimpl(specname="get_metadata", types=[DATASET], schemes=[_SCHEME])
    def get_dataset(self, image_id: str) -> Dataset:
        frame_number(self._header(image_id), image_id)
        return _copy(self._datasets.get(_base(image_id), _dataset_of))

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        if type in (None, INSTANCE, DATASET):
            for cache in (self._headers, self._instances, self._datasets):
                cache.changed(image_id)

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        if type in (None, INSTANCE, DATASET):
            for cache in (self._headers, self._instances, self._datasets):
                cache.clear(image_id)

    @hookimpl
    def find_images(self, source: str) -> Iterable[str] | None:
        id = parse_image_id(source)
        return find_images(_path(id.base)) if id.scheme == _SCHEME else None

    def _instance_of(self, image_id: str) -> Instance:
        image = self._header(image_id)
        return instance_of_frame(image, frame_number(image, image_id))

    def _header(self, image_id: str) -> Instance:
        return self._headers.get(_base(image_id), _header_of)


def _base(image_id: str) -> str:
    return parse_image_id(image_id).base


def _path(base: str) -> str:
    return base.removeprefix(f"{_SCHEME}:")


def _header_of(base: str) -> Instance:
    return read_instance(_path(base))


def _dataset_of(base: str) -> FileDataset:
    return read_dataset(_path(base))


def _copy(dataset: FileDataset) -> Dataset:
    """A copy whose attributes can be set without changing the original's.

    pydicom's own shallow copy shares the dictionary of elements with the original.
    """
    from pydicom import Dataset

    # Not one by one: setting an element decodes it if it is private. Not "in dataset" either: a
    # data set iterates over its elements, and decodes them.
    tags = dataset.keys()
    elements: dict[Any, Any] = {tag: dataset.get_item(tag, keep_deferred=True) for tag in tags}
    new = Dataset({tag: e if e.is_raw else copy.copy(e) for tag, e in elements.items()})
    new.file_meta = copy.deepcopy(dataset.file_meta)
    is_implicit_vr, is_little_endian = dataset.original_encoding
    new.set_original_encoding(is_implicit_vr, is_little_endian, dataset.original_character_set)
    return new
