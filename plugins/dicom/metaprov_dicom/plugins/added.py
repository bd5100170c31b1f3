"""The plugin that keeps instances added by hand, for images of any scheme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core import ProviderCache, base_image_id, hookimpl, note
from metaprov_dicom.dataset.copies import snapshot
from metaprov_dicom.dataset.elements import DatasetElements, length_of_pixels
from metaprov_dicom.finding.series_order import series_order
from metaprov_dicom.frames.groups import instance_of_frame
from metaprov_dicom.frames.number import check_frame, frame_number
from metaprov_dicom.instance.elements import is_header_attribute
from metaprov_dicom.instance.instance import Instance
from metaprov_dicom.json_model.elements import JsonElements, checked_copy
from metaprov_modules import FRAME_PIXEL_DATA, INSTANCE, SERIES_IMAGE_IDS

from .files import DATASET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydicom import Dataset

__all__ = ["AddedInstances"]

# All series are found in one pass over all images, and are one entry of a cache.
_ALL: Final = "all"


class AddedInstances:
    """Takes ``instance`` as a pydicom Dataset or DICOM JSON; it wins over the file of its id."""

    def __init__(self) -> None:
        # By the image id without frame: a frame that is added stands for the image.
        self._images: Final[dict[str, _Image]] = {}
        self._series: Final[ProviderCache[Mapping[str, tuple[str, ...]]]] = ProviderCache(1)

    @hookimpl
    def add_metadata(self, type: str, image_id: str, value: Any) -> bool | None:
        if type != INSTANCE:
            return None
        self._images[base_image_id(image_id)] = _image_of(value)
        self._series.changed()
        return True

    @hookimpl(specname="get_metadata", types=[INSTANCE])
    def get_instance(self, image_id: str) -> Instance | None:
        image = self._image(image_id)
        if image is None:
            return None
        return instance_of_frame(image.instance, frame_number(image.instance, image_id))

    @hookimpl(specname="get_metadata", types=[DATASET])
    def get_dataset(self, image_id: str) -> Dataset | None:
        image = self._image(image_id)
        return None if image is None else image.dataset()

    @hookimpl(specname="get_metadata", types=[FRAME_PIXEL_DATA])
    def get_frame_pixel_data(self, image_id: str) -> None:
        if self._image(image_id) is not None:
            note("its header was added, without pixel data")

    @hookimpl(specname="get_metadata", types=[SERIES_IMAGE_IDS], scope="series")
    def get_series_image_ids(self, image_id: str) -> tuple[str, ...] | None:
        image = self._image(image_id)
        if image is None:
            return None
        uid = image.instance.get("SeriesInstanceUID")
        if uid is None:
            note("SeriesInstanceUID (0020,000E) is missing")
            return None
        return self._series.get(_ALL, self._find_series).get(uid)

    @hookimpl
    def metadata_changed(self, type: str | None) -> None:
        if type in (None, INSTANCE, SERIES_IMAGE_IDS):
            self._series.changed()

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        if type not in (None, INSTANCE):
            return
        if image_id is None:
            self._images.clear()
        else:
            self._images.pop(base_image_id(image_id), None)
        self._series.changed()

    def _image(self, image_id: str) -> _Image | None:
        """The image of an id, whose frame it has."""
        # Most hosts have nothing that was added, and ask this first.
        image = self._images.get(base_image_id(image_id)) if self._images else None
        if image is not None:
            check_frame(image.instance, image_id)
        return image

    def _find_series(self, _: str) -> Mapping[str, tuple[str, ...]]:
        series: dict[str, list[tuple[str, Instance]]] = {}
        for base, image in self._images.copy().items():
            uid = image.instance.get("SeriesInstanceUID")
            if uid is not None:
                series.setdefault(uid, []).append((base, image.instance))
        return {uid: tuple(_ids_in_order(images)) for uid, images in series.items()}


class _Image(NamedTuple):
    """What was added; nobody else has the header, which the instance may read its values from."""

    instance: Instance
    header: Dataset | dict[str, Any]

    def dataset(self) -> Dataset | None:
        """The header as a data set of the caller's own."""
        if not isinstance(self.header, dict):
            return snapshot(self.header)
        from pydicom import Dataset

        shown = {
            tag: value for tag, value in self.header.items() if is_header_attribute(int(tag, 16))
        }
        try:
            return Dataset.from_json(shown, bulk_data_uri_handler=lambda _: b"")
        except Exception as error:
            # pydicom has no single error for values that it cannot convert.
            note(f"pydicom cannot make a Dataset of this DICOM JSON: {error}")
            return None


def _image_of(value: object) -> _Image:
    if isinstance(value, Mapping | list | tuple):
        json = checked_copy(value)
        _refuse_nothing(json)
        return _Image(Instance(JsonElements(json)), json)
    from pydicom import Dataset

    if not isinstance(value, Dataset):
        raise TypeError(
            "an instance is added as a pydicom Dataset, or as DICOM JSON: a dict, as json.loads "
            f"makes it; not as {type(value).__name__}"
        )
    _refuse_nothing(value)
    header = snapshot(value)
    file_meta = getattr(header, "file_meta", {})
    transfer_syntax = str(file_meta.get("TransferSyntaxUID", "")).strip(" \0")
    elements = DatasetElements(
        header, transfer_syntax or None, length_of_pixels=length_of_pixels(value)
    )
    return _Image(Instance(elements), header)


def _refuse_nothing(header: Dataset | dict[str, Any]) -> None:
    if len(header) == 0:
        raise ValueError("this header has no attributes")


def _ids_in_order(images: Iterable[tuple[str, Instance]]) -> list[str]:
    """The ids by InstanceNumber, those without one last, then by SOPInstanceUID."""

    def place(image: tuple[str, Instance]) -> tuple[float | str, ...]:
        base, instance = image
        return series_order(
            instance.get("InstanceNumber"), instance.get("SOPInstanceUID") or "", base
        )

    return [base for base, _ in sorted(images, key=place)]
