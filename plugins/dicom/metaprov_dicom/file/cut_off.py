"""The elements of a file that ends inside its header, as an interrupted copy does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataReadError
from metaprov_dicom.dataset.elements import DatasetElements
from metaprov_dicom.values.dictionary import ATTRIBUTES, label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom import Dataset

    from metaprov_dicom.instance.instance import Element
    from metaprov_dicom.instance.place_of_pixels import PlaceOfPixels

__all__ = ["CutOffElements", "ends_before_its_series"]

_STORAGE: Final = "1.2.840.10008.5.1.4.1.1."
#: The SOP classes of images, which have Rows: by what follows in their UIDs (PS3.6 A).
_IMAGES: Final = frozenset(
    (
        "1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1",  # X-ray
        "2", "2.1", "2.2",  # CT
        "3", "3.1", "6", "6.1", "6.2",  # ultrasound
        "4", "4.1", "4.3", "4.4",  # MR
        "5", "20",  # nuclear medicine
        "7", "7.1", "7.2", "7.3", "7.4",  # secondary capture
        "12.1", "12.1.1", "12.2", "12.2.1", "12.3",  # angiography, fluoroscopy
        "13.1.1", "13.1.2", "13.1.3", "13.1.4", "13.1.5",  # X-ray 3D, breast
        "14.1", "14.2",  # intravascular OCT
        "30", "66.4", "66.7",  # parametric map, segmentation, label map
        "77.1.1", "77.1.1.1", "77.1.2", "77.1.2.1", "77.1.3", "77.1.4", "77.1.4.1",  # visible light
        "77.1.5.1", "77.1.5.2", "77.1.5.4", "77.1.5.5", "77.1.5.6", "77.1.5.7",  # ophthalmic
        "77.1.5.8", "77.1.6", "77.1.7", "77.1.8",
        "81.1",  # ophthalmic thickness map
        "128", "128.1", "130",  # PET
        "481.1", "481.2", "481.23",  # RT image, dose, enhanced RT image
    )
)  # fmt: skip
_SERIES_INSTANCE_UID: Final = ATTRIBUTES["SeriesInstanceUID"].tag

#: Functional groups, waveforms and overlays begin here: most images are without them, and every
#: question looks for functional groups.
_RARELY_THERE: Final = 0x50000000


def ends_before_its_series(sop_class: str, last: int) -> bool:
    """Whether a file ends between two elements, before its image says of which series it is.

    ``last`` is the last of its tags. Every image has SeriesInstanceUID (PS3.3 C.7.3.1), one stored
    without its pixels too.
    """
    sop_class = sop_class.strip(" \0")
    is_image = sop_class.startswith(_STORAGE) and sop_class.removeprefix(_STORAGE) in _IMAGES
    return is_image and last < _SERIES_INSTANCE_UID


class CutOffElements(DatasetElements):
    """What is before the cut is there; asking for what may be behind it is an error.

    An attribute behind the cut is not missing: None in its place would be a wrong answer. Of a
    sequence in which the file ends, the items that were found are there.
    """

    __slots__ = ("_is_last_whole", "_last", "_path")

    def __init__(self, dataset: Dataset, transfer_syntax: str | None, path: str) -> None:
        super().__init__(dataset, transfer_syntax)
        self._path: Final = path
        self._last: Final = int(max(dataset.keys()))
        element: Any = dataset.get_item(self._last, keep_deferred=True)
        self._is_last_whole: Final = (
            not element.is_raw
            or self.vr(self._last, element.VR) == "SQ"
            or len(element.value or b"") >= element.length
        )

    def __contains__(self, tag: int, /) -> bool:
        if self._last < tag < _RARELY_THERE:
            raise MetadataReadError(
                self._path,
                f"the file ends inside its header, behind {label(self._last)}: "
                f"whether it had {label(tag)} is not known",
            )
        return super().__contains__(tag)

    def place_of_pixels(self) -> PlaceOfPixels | None:
        raise MetadataReadError(
            self._path,
            f"the file ends inside its header, behind {label(self._last)}: it has no pixels",
        )

    def value(self, tag: int) -> Any:
        self._check(tag)
        return super().value(tag)

    def element(self, tag: int) -> Element:
        self._check(tag)
        return super().element(tag)

    def elements(self) -> Iterator[Element]:
        yield from super().elements()
        raise MetadataReadError(
            self._path, f"the file ends inside its header, behind {label(self._last)}"
        )

    def _check(self, tag: int) -> None:
        if tag == self._last and not self._is_last_whole:
            raise MetadataReadError(self._path, f"the file ends inside {label(tag)}")
